#include "connect/handlers.hpp"

#include "connect/grant.hpp"
#include "loader/guarded.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

namespace souk::connect {

namespace {

using store::IntegrationRow;
using store::IntegrationStatus;

constexpr std::string_view kRoom = "connect";

/// The job's integration, or nothing when there is none any more.
std::optional<IntegrationRow> integrationOf(const HandlerTools& tools, const jobs::Job& job) {
    if (!job.integrationId) return std::nullopt;
    auto tx = tools.database.forStore(job.storeId);
    return store::Integrations::find(tx, *job.integrationId);
}

net::AccountKey keyOf(const IntegrationRow& integration) {
    return {integration.storeId, integration.id};
}

/// Sets the status and deletes the credential, unless the integration changed since it was read.
bool letGo(const HandlerTools& tools,
           const IntegrationRow& integration,
           const std::string& reason) {
    auto tx = tools.database.forStore(integration.storeId);
    tools.credentials.remove(tx, keyOf(integration));
    const auto now = store::Integrations::find(tx, integration.id);
    if (!now || now->connectedAt != integration.connectedAt) return false;  // rolled back
    if (now->status != IntegrationStatus::Disconnected)
        store::Integrations::setStatus(
            tx, integration.id, IntegrationStatus::Disconnected, reason, tools.clock.now());
    tx.commit();
    return true;
}

std::vector<std::string> textsOf(const sdk::Json& json, std::string_view key) {
    std::vector<std::string> texts;
    const auto items = json.items(key);
    if (!items) return texts;
    for (const auto& item : *items)
        if (auto text = item.text()) texts.push_back(*std::move(text));
    return texts;
}

}  // namespace

sdk::Result<sdk::Done> DisconnectJob::run(const jobs::Job& job, const std::stop_token& stop) {
    const auto integration = integrationOf(tools_, job);
    if (!integration || integration->status != IntegrationStatus::Disconnected)
        return sdk::Done{};  // connected again meanwhile
    auto taken = takeBack(*integration, stop);
    const bool last = job.attempts >= job.maxAttempts;
    if (!taken && !last) return taken;
    if (!taken)
        tools_.log.warning(
            kRoom,
            "the platform could not be cleaned up, the credential is deleted",
            {{"integration", integration->id.text()}, {"reason", taken.error().message}});
    letGo(tools_, *integration, "Disconnected by a person.");
    return sdk::Done{};
}

sdk::Result<sdk::Done> DisconnectJob::takeBack(const IntegrationRow& integration,
                                               const std::stop_token& stop) {
    {
        auto tx = tools_.database.forStore(integration.storeId);
        const auto credential = tools_.credentials.find(tx, keyOf(integration));
        if (!credential || !*credential) return sdk::Done{};  // nothing to speak with
    }
    const auto session = SOUK_TRY(tools_.sessions.open(integration, loader::Priority::Live));
    const auto& plugin = session->plugin();
    auto context = session->context(stop);
    const auto path = "/api/webhooks/" + integration.platform;
    // Unauthorized: the platform has let go of us already.
    const auto gone = [](const sdk::Error& error) {
        return error.kind == sdk::ErrorKind::Unauthorized ||
               error.kind == sdk::ErrorKind::NotFound || error.kind == sdk::ErrorKind::Unsupported;
    };
    if (const auto* const subscriptions = plugin.plugin->subscriptions()) {
        const auto held = loader::guarded(
            plugin, "subscriptions.list", [&] { return subscriptions->list(context); });
        if (!held && !gone(held.error())) return held.error();
        if (held)
            for (const auto& subscription : *held) {
                const bool apps = subscription.address.empty();
                if (!apps && !subscription.address.ends_with(path)) continue;
                const auto removed = loader::guarded(plugin, "subscriptions.remove", [&] {
                    return subscriptions->remove(context, subscription.externalId);
                });
                if (!removed && !gone(removed.error())) return removed.error();
            }
    }
    const auto* const flow = plugin.plugin->connectFlow();
    if (flow == nullptr) return sdk::Done{};
    const auto revoked =
        loader::guarded(plugin, "connect.revoke", [&] { return flow->revoke(context); });
    if (!revoked && !gone(revoked.error())) return revoked.error();
    return sdk::Done{};
}

sdk::Result<sdk::Done> AccountJob::run(const jobs::Job& job, const std::stop_token&) {
    const auto integration = integrationOf(tools_, job);
    if (!integration || integration->status == IntegrationStatus::Disconnected) return sdk::Done{};
    const auto payload = SOUK_TRY(sdk::Json::parse(job.payload));
    const auto what = SOUK_TRY(payload.text("what"));
    // Facts outlive a connection: what came late of them, nobody tells again.
    if (what != "facts_changed" && payload.has("at")) {
        const auto at = SOUK_TRY(sdk::timestampFrom(SOUK_TRY(payload.text("at"))));
        if (integration->connectedAt && at < *integration->connectedAt) return sdk::Done{};
    }
    if (what == "uninstalled") return uninstalled(*integration);
    if (what == "scopes_changed") return scopesChanged(*integration, textsOf(payload, "scopes"));
    if (what == "restricted")
        return moved(*integration,
                     IntegrationStatus::Connected,
                     IntegrationStatus::Error,
                     "The platform restricts this account: " + payload.textOr("reason", "") + ".");
    if (what == "restored")
        return moved(
            *integration, IntegrationStatus::Error, IntegrationStatus::Connected, std::nullopt);
    if (what == "facts_changed") {
        auto tx = tools_.database.forStore(integration->storeId);
        store::Integrations::mergeFacts(
            tx, integration->id, SOUK_TRY(payload.object("facts")).raw());
        tx.commit();
        return sdk::Done{};
    }
    return sdk::Error{sdk::ErrorKind::BadPayload, "An account job knows no \"" + what + "\"."};
}

sdk::Result<sdk::Done> AccountJob::moved(const IntegrationRow& integration,
                                         IntegrationStatus from,
                                         IntegrationStatus to,
                                         const std::optional<std::string>& reason) {
    if (integration.status != from) return sdk::Done{};
    auto tx = tools_.database.forStore(integration.storeId);
    store::Integrations::setStatus(tx, integration.id, to, reason, tools_.clock.now());
    tx.commit();
    return sdk::Done{};
}

sdk::Result<sdk::Done> AccountJob::uninstalled(const IntegrationRow& integration) {
    if (letGo(tools_, integration, "The app was uninstalled on the platform; connect again."))
        tools_.log.info(
            kRoom, "uninstalled on the platform", {{"integration", integration.id.text()}});
    return sdk::Done{};
}

sdk::Result<sdk::Done> AccountJob::scopesChanged(const IntegrationRow& integration,
                                                 const std::vector<std::string>& scopes) {
    const auto session = SOUK_TRY(tools_.sessions.openUnstored(integration, std::nullopt));
    const auto missing = missingScopes(session->plugin().manifest.scopes, scopes);
    auto tx = tools_.database.forStore(integration.storeId);
    store::Integrations::setScopes(tx, integration.id, scopes);
    if (!missing.empty() && integration.status == IntegrationStatus::Connected)
        store::Integrations::setStatus(
            tx,
            integration.id,
            IntegrationStatus::ReauthRequired,
            "The platform no longer grants " + listed(missing) + "; connect again.",
            tools_.clock.now());
    tx.commit();
    return sdk::Done{};
}

int enqueueSubscriptionChecks(store::Database& database, const loader::Catalog& catalog) {
    constexpr int kPage = 500;
    jobs::NewJob check;
    check.kind = "subscribe";
    check.dedupe = "check";
    check.priority = jobs::kScheduled;
    int queued = 0;
    core::Uuid after;
    for (;;) {
        auto tx = database.asWorker();
        const auto page = store::Integrations::list(tx, after, kPage);
        for (const auto& integration : page) {
            const auto* const plugin = catalog.find(integration.platform);
            if (integration.status != IntegrationStatus::Connected || plugin == nullptr ||
                plugin->plugin->subscriptions() == nullptr)
                continue;
            check.integrationId = integration.id;
            queued += jobs::enqueue(tx, integration.storeId, {check});
        }
        tx.commit();
        if (page.size() < static_cast<std::size_t>(kPage)) return queued;
        after = page.back().id;
    }
}

}  // namespace souk::connect
