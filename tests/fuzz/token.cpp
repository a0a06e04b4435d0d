// API tokens. Input: an Authorization header's value. What is taken for a token is what stands
// behind the scheme, whole, and only then.
#include "web/token.hpp"
#include "support/fuzz.hpp"
#include "web/front/head.hpp"

#include <string>

namespace souk::fuzz {

void fuzzOne(std::string_view input) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto token = web::bearerToken(input);
    const bool bearer =
        input.size() > kScheme.size() && web::sameText(input.substr(0, kScheme.size()), kScheme);
    require(token == (bearer ? input.substr(kScheme.size()) : std::string_view()),
            "a token is not what stands in the header");
    const auto hash = web::tokenHash(token);
    require(hash.size() == 32, "a token's hash is none");
    require(hash == web::tokenHash(std::string(token)), "a token's hash changes");
    require(token.empty() || hash != web::tokenHash(token.substr(1)), "two tokens, one hash");
    require(web::bearerToken(std::string(kScheme).append(input)) == input, "a token is cut");
}

}  // namespace souk::fuzz
