#include "web/token.hpp"

#include "core/uuid.hpp"

#include <souk/sdk/crypto.hpp>

namespace souk::web {

IssuedToken issueToken() {
    std::string token = "souk_" + sdk::base64Url(core::randomBytes(32));
    auto hash = tokenHash(token);
    return {std::move(token), std::move(hash)};
}

std::string tokenHash(std::string_view token) {
    const auto digest = sdk::sha256(token);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string_view bearerToken(std::string_view header) {
    constexpr std::string_view kScheme = "bearer ";
    if (header.size() <= kScheme.size()) return {};
    for (std::size_t i = 0; i < kScheme.size(); ++i) {
        const char c = header[i];
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower != kScheme[i]) return {};
    }
    return header.substr(kScheme.size());
}

}  // namespace souk::web
