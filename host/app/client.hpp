#pragma once

#include "web/router.hpp"

#include <souk/sdk/json.hpp>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk::app {

/// Ends a command with a sentence on standard error and exit status 1.
class CommandError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The value; an error becomes a CommandError with its sentence.
template <class T>
T valueOrFail(sdk::Result<T> result) {
    if (!result) throw CommandError(result.error().message);
    return *std::move(result);
}

/// Query parameters; empty values are left out.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// The command line's way to the hub: the very routes of the REST API, called in this process with
/// an administrator's rights, so that both say the same.
class Client {
public:
    explicit Client(const web::Router& router) : router_(router) {}

    /// The answer's JSON. A problem answer becomes a CommandError with its detail.
    sdk::Json get(const std::string& path, const Parameters& query = {}) const;
    sdk::Json post(const std::string& path,
                   std::string body = "{}",
                   const Parameters& query = {}) const;
    sdk::Json remove(const std::string& path, const Parameters& query = {}) const;

private:
    sdk::Json call(std::string method,
                   const std::string& path,
                   std::string body,
                   const Parameters& query) const;

    const web::Router& router_;
};

}  // namespace souk::app
