#include "connect/admission.hpp"

#include "connect/grant.hpp"
#include "jobs/queue.hpp"
#include "loader/guarded.hpp"
#include "store/changes.hpp"

namespace souk::connect {

namespace {

constexpr std::string_view kRoom = "connect";

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

sdk::Result<sdk::Done> checkScopes(const loader::Manifest& manifest,
                                   const std::vector<std::string>& granted) {
    const auto missing = missingScopes(manifest.scopes, granted);
    if (missing.empty()) return sdk::Done{};
    return rejected(manifest.name + " did not grant " + listed(missing) +
                    "; grant the app these scopes and connect again.");
}

/// The account that was asked for is the one that answered, and the one this integration is of.
sdk::Result<sdk::Done> checkAccount(const store::IntegrationRow& integration,
                                    const sdk::ConnectStart& start,
                                    const sdk::Account& account) {
    if (account.externalId.empty())
        return sdk::Error{sdk::ErrorKind::BadPayload,
                          "The platform did not say whose account this is."};
    const auto asked = start.form.find("account");
    if (asked != start.form.end() && !asked->second.empty() && asked->second != account.externalId)
        return rejected("The account " + asked->second + " was asked for, but " +
                        account.externalId + " answered; sign in to the right one.");
    const auto& before = integration.account.externalId;
    if (!before.empty() && before != account.externalId)
        return rejected("This integration belongs to the account " + before + ", not to " +
                        account.externalId + "; add another integration for that one.");
    return sdk::Done{};
}

}  // namespace

Admission::Admission(store::Database& database,
                     const Credentials& credentials,
                     loader::Sessions& sessions,
                     const sdk::Clock& clock,
                     core::Log& log,
                     FirstSync firstSync)
    : database_(database),
      credentials_(credentials),
      sessions_(sessions),
      clock_(clock),
      log_(log),
      firstSync_(std::move(firstSync)) {}

sdk::Result<store::IntegrationRow> Admission::admit(const store::IntegrationRow& integration,
                                                    const sdk::ConnectStart& start,
                                                    sdk::Grant grant,
                                                    const std::stop_token& stop) {
    credentials_.conceal({grant, std::nullopt, std::nullopt});
    const auto session = SOUK_TRY(sessions_.openUnstored(integration, std::nullopt));
    const auto& manifest = session->plugin().manifest;
    if (!grant.scopes.empty()) SOUK_TRY(checkScopes(manifest, grant.scopes));
    auto account = SOUK_TRY(probed(integration, start, grant, stop));
    // A token that was pasted in names no scopes; the account does.
    if (grant.scopes.empty()) {
        grant.scopes = account.scopes;
        SOUK_TRY(checkScopes(manifest, grant.scopes));
    }
    account.scopes = grant.scopes;
    SOUK_TRY(checkAccount(integration, start, account));
    return stored(integration, account, grant);
}

sdk::Result<sdk::Account> Admission::probed(const store::IntegrationRow& integration,
                                            const sdk::ConnectStart& start,
                                            const sdk::Grant& grant,
                                            const std::stop_token& stop) {
    const auto session = SOUK_TRY(sessions_.openUnstored(integration, grant));
    const auto& plugin = session->plugin();
    const auto* const flow = plugin.plugin->connectFlow();
    if (flow == nullptr)
        return sdk::Error{sdk::ErrorKind::Unsupported,
                          plugin.manifest.name + " has no way to connect."};
    auto context = session->context(stop);
    return loader::guarded(plugin, "connect.probe", [&] { return flow->probe(context, start); });
}

sdk::Result<store::IntegrationRow> Admission::stored(const store::IntegrationRow& integration,
                                                     const sdk::Account& account,
                                                     const sdk::Grant& grant) {
    const auto now = clock_.now();
    const net::AccountKey key{integration.storeId, integration.id};
    auto tx = database_.forStore(integration.storeId);
    // The credential first: refreshing locks in the same order.
    credentials_.save(tx, key, {grant, std::nullopt, std::nullopt}, now);
    auto row = SOUK_TRY(store::Integrations::connected(tx, integration.id, account, now));
    jobs::NewJob subscribe;
    subscribe.integrationId = integration.id;
    subscribe.kind = "subscribe";
    subscribe.dedupe = "connected";
    subscribe.priority = jobs::kLive;
    jobs::enqueue(tx, integration.storeId, {subscribe});
    if (firstSync_) firstSync_(tx, row);
    store::Changes::add(tx,
                        integration.storeId,
                        integration.id,
                        "integration.connected",
                        "integration",
                        integration.id);
    tx.commit();
    log_.info(kRoom,
              "integration connected",
              {{"platform", row.platform}, {"integration", row.id.text()}});
    return row;
}

}  // namespace souk::connect
