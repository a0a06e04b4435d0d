#include "connect/token_keeper.hpp"

#include "loader/guarded.hpp"
#include "store/failure.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/crypto.hpp>

#include <utility>

namespace souk::connect {

namespace {

constexpr std::string_view kRoom = "connect";

sdk::Error unauthorized(std::string message) {
    return {sdk::ErrorKind::Unauthorized, std::move(message)};
}

}  // namespace

TokenKeeper::TokenKeeper(store::Database& database,
                         const Credentials& credentials,
                         loader::Sessions& sessions,
                         const sdk::Clock& clock,
                         core::Waiter& waiter,
                         core::Log& log,
                         core::Metrics& metrics,
                         std::string owner,
                         const TokenRules& rules)
    : database_(database),
      credentials_(credentials),
      sessions_(sessions),
      clock_(clock),
      waiter_(waiter),
      log_(log),
      refreshes_(metrics.counter("souk_connect_refreshes_total", "Access tokens refreshed.")),
      failures_(metrics.counter("souk_connect_refresh_failures_total",
                                "Refreshes of access tokens that failed")),
      owner_(std::move(owner)),
      rules_(rules) {}

sdk::Result<sdk::Secret> TokenKeeper::token(const net::AccountKey& account,
                                            const std::stop_token& stop) {
    const auto credential = SOUK_TRY(load(account));
    const auto& access = credential.kept.grant.accessToken;
    if (stillLives(credential, rules_.refreshBefore)) return access;
    if (!credential.kept.grant.refreshToken) {
        if (stillLives(credential, {})) return access;
        return believeRefusal(account,
                              credential,
                              "The access token has expired and cannot be renewed; connect again.");
    }
    auto fresh = newer(account, credential, stop);
    // Trouble with the refresh is nobody's trouble while the token itself still lives.
    const bool dead = !fresh && fresh.error().kind == sdk::ErrorKind::Unauthorized;
    if (!fresh && !dead && stillLives(credential, {})) return access;
    return fresh;
}

sdk::Result<sdk::Secret> TokenKeeper::refreshed(const net::AccountKey& account,
                                                const sdk::Secret& refused,
                                                const std::stop_token& stop) {
    auto credential = SOUK_TRY(load(account));
    if (!sdk::equalConstantTime(credential.kept.grant.accessToken.reveal(), refused.reveal()))
        return credential.kept.grant.accessToken;  // somebody else had it refreshed already
    if (!credential.kept.grant.refreshToken)
        return believeRefusal(
            account, credential, "The platform no longer accepts the access token; connect again.");
    credential.kept.grant.expiresAt = clock_.now();  // refused is as good as expired
    return newer(account, credential, stop);
}

sdk::Result<Credential> TokenKeeper::load(const net::AccountKey& account) const {
    auto tx = database_.forStore(account.store);
    auto found = SOUK_TRY(credentials_.find(tx, account));
    if (!found) return unauthorized("The integration has no credentials; connect it.");
    return *std::move(found);
}

bool TokenKeeper::stillLives(const Credential& credential, std::chrono::milliseconds margin) const {
    const auto& end = credential.kept.grant.expiresAt;
    return !end || clock_.now() + margin < *end;
}

sdk::Result<sdk::Secret> TokenKeeper::newer(const net::AccountKey& account,
                                            const Credential& old,
                                            const std::stop_token& stop) {
    // Every refresh is an owner of its own, so threads of one host exclude each other as well.
    const auto owner = owner_ + "/" + core::newId().text();
    if (!takeLease(account, old.fence, owner)) {
        if (stillLives(old, {})) return old.kept.grant.accessToken;
        return waitForAnother(account, old.fence, stop);
    }
    if (old.refreshIntentAt)
        log_.warning(kRoom,
                     "a refresh before this one did not end; its answer may be lost",
                     {{"integration", account.integration.text()}});
    try {
        auto fresh = refresh(account, old, stop);
        if (!fresh) {
            failures_.add();
            release(account, owner, old, fresh.error());
        }
        return fresh;
    } catch (const store::Failure&) {
        failures_.add();  // the lease runs out by itself
        throw;
    }
}

bool TokenKeeper::takeLease(const net::AccountKey& account,
                            std::int64_t fence,
                            const std::string& owner) {
    const auto now = clock_.now();
    auto tx = database_.forStore(account.store);
    const bool taken = credentials_.lease(tx, account, fence, owner, now, now + rules_.lease);
    tx.commit();
    return taken;
}

sdk::Result<sdk::Secret> TokenKeeper::other(const net::AccountKey& account, std::string_view name) {
    const auto credential = SOUK_TRY(load(account));
    const auto& secrets = credential.kept.grant.secrets;
    const auto found = secrets.find(name);
    if (found != secrets.end()) return found->second;
    return sdk::Error{sdk::ErrorKind::Unauthorized,
                      "The grant holds no " + std::string(name) + "; connect again."};
}

void TokenKeeper::release(const net::AccountKey& account,
                          const std::string& owner,
                          const Credential& old,
                          const sdk::Error& error) {
    // While the token lives, a platform in trouble is not asked again with every request.
    std::optional<sdk::Timestamp> notBefore;
    if (error.kind != sdk::ErrorKind::Unauthorized && stillLives(old, {}))
        notBefore = clock_.now() + rules_.pause;
    auto tx = database_.forStore(account.store);
    credentials_.release(tx, account, owner, notBefore);
    tx.commit();
}

sdk::Result<sdk::Secret> TokenKeeper::waitForAnother(const net::AccountKey& account,
                                                     std::int64_t fence,
                                                     const std::stop_token& stop) {
    const auto until = clock_.now() + rules_.wait;
    while (clock_.now() < until) {
        if (!waiter_.wait(rules_.look, stop))
            return sdk::Error{sdk::ErrorKind::Transient,
                              "Stopped while another host refreshed the access token."};
        const auto now = SOUK_TRY(load(account));
        if (now.fence != fence) return now.kept.grant.accessToken;
        // It ended without a new grant, or died: the next attempt of the caller tries itself.
        if (!now.leaseUntil || *now.leaseUntil <= clock_.now()) break;
    }
    return sdk::Error{sdk::ErrorKind::Transient,
                      "The access token is being refreshed elsewhere; try again shortly."};
}

sdk::Result<sdk::Secret> TokenKeeper::refresh(const net::AccountKey& account,
                                              const Credential& old,
                                              const std::stop_token& stop) {
    const auto formerUntil = clock_.now() + rules_.grace;
    auto fresh = ask(account, old.kept.grant, stop);
    if (fresh) return keep(account, old, rotated(old.kept, *std::move(fresh), formerUntil));
    if (fresh.error().kind != sdk::ErrorKind::Unauthorized) return std::move(fresh).error();

    const auto reason = fresh.error().message;
    const auto now = SOUK_TRY(load(account));
    if (now.fence != old.fence) return now.kept.grant.accessToken;  // another host was first
    const auto& former = old.kept.formerRefresh;
    if (former && old.kept.formerUntil && clock_.now() < *old.kept.formerUntil) {
        auto before = old.kept;
        before.grant.refreshToken = former;
        auto second = ask(account, before.grant, stop);
        if (second) return keep(account, old, rotated(before, *std::move(second), formerUntil));
        if (second.error().kind != sdk::ErrorKind::Unauthorized) return std::move(second).error();
    }
    return believeRefusal(account, old, "The platform refused to renew the access: " + reason);
}

sdk::Result<sdk::Grant> TokenKeeper::ask(const net::AccountKey& account,
                                         const sdk::Grant& grant,
                                         const std::stop_token& stop) {
    std::optional<store::IntegrationRow> integration;
    {
        auto tx = database_.forStore(account.store);
        integration = store::Integrations::find(tx, account.integration);
    }
    if (!integration)
        return sdk::Error{sdk::ErrorKind::NotFound, "There is no such integration any more."};
    const auto session = SOUK_TRY(sessions_.openUnstored(*integration, std::nullopt));
    const auto& plugin = session->plugin();
    const auto* const flow = plugin.plugin->connectFlow();
    if (flow == nullptr)
        return sdk::Error{sdk::ErrorKind::Unsupported,
                          "The plugin " + integration->platform + " has no connect flow."};
    auto context = session->context(stop);
    return loader::guarded(
        plugin, "connect.refresh", [&] { return flow->refresh(context, grant); });
}

sdk::Result<sdk::Secret> TokenKeeper::keep(const net::AccountKey& account,
                                           const Credential& old,
                                           const KeptGrant& fresh) {
    if (!replaced(account, old.fence, fresh))
        return SOUK_TRY(load(account)).kept.grant.accessToken;  // theirs is the newer one
    refreshes_.add();
    log_.debug(kRoom, "access token refreshed", {{"integration", account.integration.text()}});
    return fresh.grant.accessToken;
}

/// The platform has spoken: a database that stumbles now is tried again before the grant is lost.
bool TokenKeeper::replaced(const net::AccountKey& account,
                           std::int64_t fence,
                           const KeptGrant& fresh) {
    constexpr int kTries = 5;
    for (int attempt = 1;; ++attempt) {
        try {
            auto tx = database_.forStore(account.store);
            const bool kept = credentials_.replace(tx, account, fence, fresh, clock_.now());
            tx.commit();
            return kept;
        } catch (const store::Failure& failure) {
            if (!failure.transient() || attempt == kTries) throw;
            waiter_.wait(rules_.look, {});
        }
    }
}

sdk::Result<sdk::Secret> TokenKeeper::believeRefusal(const net::AccountKey& account,
                                                     const Credential& old,
                                                     const std::string& reason) {
    auto tx = database_.forStore(account.store);
    if (!credentials_.holds(tx, account, old.fence)) {
        const auto now = SOUK_TRY(credentials_.find(tx, account));
        if (now) return now->kept.grant.accessToken;  // connected again in this very moment
        return unauthorized("The integration has been disconnected.");
    }
    const auto integration = store::Integrations::find(tx, account.integration);
    if (integration && integration->status == store::IntegrationStatus::Connected) {
        store::Integrations::setStatus(tx,
                                       account.integration,
                                       store::IntegrationStatus::ReauthRequired,
                                       reason,
                                       clock_.now());
        log_.warning(kRoom,
                     "the grant is dead, the integration must be connected again",
                     {{"integration", account.integration.text()}});
    }
    tx.commit();
    return unauthorized(reason);
}

}  // namespace souk::connect
