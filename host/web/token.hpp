#pragma once

#include <string>
#include <string_view>

namespace souk::web {

/// A fresh token ("souk_" and 43 URL-safe characters: 256 random bits) and what the table keeps of
/// it.
struct IssuedToken {
    std::string token;
    std::string hash;
};
IssuedToken issueToken();
std::string tokenHash(std::string_view token);

/// The token in an "Authorization: Bearer …" header, empty when it is none.
std::string_view bearerToken(std::string_view header);

}  // namespace souk::web
