#pragma once

#include "store/failure.hpp"
#include "web/front/message.hpp"

#include <souk/sdk/result.hpp>

#include <stdexcept>
#include <string>

namespace souk::web {

/// Ends a handler with a problem answer. `detail` is a sentence that names the fix.
class Problem : public std::runtime_error {
public:
    Problem(int status, const std::string& detail) : std::runtime_error(detail), status_(status) {}
    int status() const noexcept { return status_; }

private:
    int status_;
};

/// The one table from kinds of failure to HTTP: Rejected 422, NotFound 404, RateLimited 429,
/// Unauthorized 409 (the platform's grant is dead, not the caller's token), Transient 503,
/// BadPayload 502, Unsupported 501, Bug 500. Each carries `code`, the kind's name, and
/// Retry-After where there is one.
Response answerFor(const sdk::Error& error);

/// 503 with Retry-After when trying again helps, 400 for text that no table can hold (a NUL), else
/// 500; the sentence holds no SQL.
Response answerFor(const store::Failure& failure);

/// The value, or the end of the handler by answerFor(error).
struct Failed {
    sdk::Error error;
};
template <class T>
T valueOr(sdk::Result<T> result) {
    if (!result) throw Failed{std::move(result).error()};
    return *std::move(result);
}

/// The value, or 400 with the error's sentence: it is the caller who sent what cannot be read.
template <class T>
T readable(sdk::Result<T> result) {
    if (!result) throw Problem(400, result.error().message);
    return *std::move(result);
}

}  // namespace souk::web
