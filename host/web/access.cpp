#include "web/access.hpp"

#include "store/api_tokens.hpp"

#include <algorithm>

namespace souk::web {

namespace {

constexpr auto kRemembered = std::chrono::seconds(10);
constexpr std::size_t kKnownKept = 10000;

}  // namespace

bool Caller::may(Access access) const noexcept {
    if (access == Access::Public || role == "admin") return true;
    if (role == "operator") return access != Access::Manage;
    return access == Access::Read || (role == "agent" && access == Access::Converse);
}

Authenticator::Authenticator(store::Database& database, const sdk::Clock& clock)
    : database_(database), clock_(clock) {}

std::optional<Caller> Authenticator::callerOf(std::string_view authorization) {
    const auto token = bearerToken(authorization);
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
