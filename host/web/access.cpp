#include "web/access.hpp"

#include "store/api_tokens.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>

namespace souk::web {

namespace {

constexpr auto kRemembered = std::chrono::seconds(10);
constexpr std::size_t kKnownKept = 10000;
constexpr std::string_view kScheme = "bearer ";

/// The token in the header, empty when it is not a bearer header.
std::string_view tokenIn(std::string_view header) {
    if (header.size() <= kScheme.size()) return {};
    for (std::size_t i = 0; i < kScheme.size(); ++i) {
        const char c = header[i];
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower != kScheme[i]) return {};
    }
    return header.substr(kScheme.size());
}

}  // namespace

bool Caller::may(Access access) const noexcept {
    if (access == Access::Public || role == "admin") return true;
    if (role == "operator") return access != Access::Manage;
    return access == Access::Read;
}

IssuedToken issueToken() {
    std::string token = "souk_" + sdk::base64Url(core::randomBytes(32));
    auto hash = tokenHash(token);
    return {std::move(token), std::move(hash)};
}

std::string tokenHash(std::string_view token) {
    const auto digest = sdk::sha256(token);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Authenticator::Authenticator(store::Database& database, const sdk::Clock& clock)
    : database_(database), clock_(clock) {}

std::optional<Caller> Authenticator::callerOf(std::string_view authorization) {
    const auto token = tokenIn(authorization);
    if (token.empty()) return std::nullopt;
    const auto hash = tokenHash(token);
    const auto now = clock_.now();
    {
        const std::lock_guard lock(mutex_);
        const auto known = known_.find(hash);
        if (known != known_.end() && known->second.until > now) return known->second.caller;
    }
    auto tx = database_.asWorker();
    const auto found = store::ApiTokens::find(tx, hash, now);
    if (!found) return std::nullopt;  // strangers are not remembered: they cost only themselves
    store::ApiTokens::touch(tx, found->id, now);
    tx.commit();
    Caller caller{found->id, found->storeId, found->role};
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kKnownKept) known_.clear();
    const auto until = std::min(now + kRemembered, found->expiresAt.value_or(now + kRemembered));
    known_.insert_or_assign(hash, Known{caller, until});
    return caller;
}

}  // namespace souk::web
