#pragma once

#include "connect/credentials.hpp"
#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/waiter.hpp"
#include "loader/session.hpp"
#include "net/authorizer.hpp"
#include "store/database.hpp"

#include <chrono>
#include <string>

namespace souk::connect {

struct TokenRules {
    std::chrono::milliseconds refreshBefore = std::chrono::minutes(5);  ///< of the token's end
    std::chrono::milliseconds lease = std::chrono::seconds(90);         ///< for one refresh
    std::chrono::milliseconds wait = std::chrono::seconds(40);          ///< for another's refresh
    std::chrono::milliseconds look = std::chrono::milliseconds(200);    ///< between two looks
    std::chrono::milliseconds pause = std::chrono::seconds(30);         ///< after a failed one
    std::chrono::milliseconds grace = std::chrono::hours(24 * 30);      ///< of a former token
};

/// Hands out access tokens and refreshes them in time: one refresher per account over all threads
/// and hosts, by a lease on the row; its intent is written before the platform is asked, its grant
/// only where the fence still stands. While a token still lives nobody waits for its successor. A
/// refused refresh is believed only after the row was read again and the former refresh token was
/// tried; then the integration is reauth_required. Thread-safe.
class TokenKeeper final : public net::Authorizer {
public:
    /// `owner` names this host. `sessions` opens the sessions that ask the platform.
    TokenKeeper(store::Database& database,
                const Credentials& credentials,
                loader::Sessions& sessions,
                const sdk::Clock& clock,
                core::Waiter& waiter,
                core::Log& log,
                core::Metrics& metrics,
                std::string owner,
                const TokenRules& rules = {});

    sdk::Result<sdk::Secret> token(const net::AccountKey& account,
                                   const std::stop_token& stop) override;
    sdk::Result<sdk::Secret> refreshed(const net::AccountKey& account,
                                       const sdk::Secret& refused,
                                       const std::stop_token& stop) override;
    sdk::Result<sdk::Secret> other(const net::AccountKey& account, std::string_view name) override;

private:
    sdk::Result<Credential> load(const net::AccountKey& account) const;
    /// A token newer than that of `old`: ours, or another's that is waited for.
    sdk::Result<sdk::Secret> newer(const net::AccountKey& account,
                                   const Credential& old,
                                   const std::stop_token& stop);
    bool takeLease(const net::AccountKey& account, std::int64_t fence, const std::string& owner);
    sdk::Result<sdk::Secret> waitForAnother(const net::AccountKey& account,
                                            std::int64_t fence,
                                            const std::stop_token& stop);
    sdk::Result<sdk::Secret> refresh(const net::AccountKey& account,
                                     const Credential& old,
                                     const std::stop_token& stop);
    sdk::Result<sdk::Grant> ask(const net::AccountKey& account,
                                const sdk::Grant& grant,
                                const std::stop_token& stop);
    sdk::Result<sdk::Secret> keep(const net::AccountKey& account,
                                  const Credential& old,
                                  const KeptGrant& fresh);
    sdk::Result<sdk::Secret> believeRefusal(const net::AccountKey& account,
                                            const Credential& old,
                                            const std::string& reason);
    bool replaced(const net::AccountKey& account, std::int64_t fence, const KeptGrant& fresh);
    void release(const net::AccountKey& account,
                 const std::string& owner,
                 const Credential& old,
                 const sdk::Error& error);

    bool stillLives(const Credential& credential, std::chrono::milliseconds margin) const;

    store::Database& database_;
    const Credentials& credentials_;
    loader::Sessions& sessions_;
    const sdk::Clock& clock_;
    core::Waiter& waiter_;
    core::Log& log_;
    core::Counter& refreshes_;
    core::Counter& failures_;
    const std::string owner_;
    const TokenRules rules_;
};

}  // namespace souk::connect
