#pragma once

#include "web/access.hpp"
#include "web/errors.hpp"
#include "web/front/message.hpp"

#include <souk/sdk/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace souk::web {

using Values = std::map<std::string, std::string, std::less<>>;

/// One authorised request on its way through a handler. What is wrong in it throws a Problem with
/// a sentence that names the parameter.
struct Call {
    const Request& request;
    Values path;   ///< "{id}" parts of the pattern, decoded
    Values query;  ///< decoded; a repeated parameter was refused
    Caller caller;

    /// The path parameter as an id; 404 when it is none (no such thing can exist).
    core::Uuid id(std::string_view name = "id") const;

    std::optional<std::string> text(std::string_view parameter) const;
    std::optional<core::Uuid> uuid(std::string_view parameter) const;
    std::optional<sdk::Timestamp> time(std::string_view parameter) const;
    std::optional<bool> boolean(std::string_view parameter) const;
    /// One of a few words; 400 names them: a misspelt one must not mean "none".
    std::optional<std::string> oneOf(std::string_view parameter,
                                     std::initializer_list<std::string_view> words) const;
    /// `limit`: 1 to 250, 50 when absent.
    int limit() const;
    /// 400 for parameters the route does not know: a misspelt filter must not mean "everything".
    void knows(std::initializer_list<std::string_view> parameters) const;

    /// 400 under an Idempotency-Key: the answer holds a secret, so nothing may keep it.
    void refusesKey() const;

    /// Token and Idempotency-Key; empty without one.
    std::string requestKey() const;

    /// The store this call is about: the token's, or the parameter `store_id` for tokens of all
    /// stores (400 when it is missing, 404 when it is not the token's).
    core::Uuid store() const;

    /// The body as a JSON object; 415 or 400 otherwise. Members other than `known` are refused by
    /// name.
    sdk::Json body(std::initializer_list<std::string_view> known) const;
};

/// Splits and decodes a query string. 400 on broken escapes and on repeated parameters.
Values queryValues(std::string_view raw);

}  // namespace souk::web
