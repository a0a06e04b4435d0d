#include "jobs/queue.hpp"
#include "loader/guarded.hpp"
#include "store/pauses.hpp"
#include "web/api/lookup.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

#include <algorithm>
#include <stop_token>

namespace souk::web {

namespace {

struct Listed {
    std::string topic;
    std::string state;  ///< present, missing, foreign
    std::optional<std::string> address;
    std::optional<std::string> externalId;
};

/// What is wanted and there, wanted and missing, and there for another address.
std::vector<Listed> compare(const std::vector<std::string>& wanted,
                            const std::vector<sdk::Subscription>& there,
                            const std::string& address) {
    std::vector<Listed> listed;
    for (const auto& topic : wanted) {
        const auto found = std::find_if(there.begin(), there.end(), [&](const auto& one) {
            return one.topic == topic && one.address == address;
        });
        if (found == there.end())
            listed.push_back({topic, "missing", std::nullopt, std::nullopt});
        else
            listed.push_back({topic, "present", found->address, found->externalId});
    }
    for (const auto& one : there)
        if (one.address != address)
            listed.push_back({one.topic, "foreign", one.address, one.externalId});
    return listed;
}

Response list(Services& services, const Call& call) {
    call.knows({});
    const auto row = integrationFor(services.database, call);
    if (row.status != store::IntegrationStatus::Connected)
        throw Problem(409, "The integration is not connected; connect it first.");
    auto session = valueOr(services.sessions.open(row, loader::Priority::Live));
    const auto& plugin = session->plugin();
    const auto* subscriptions = plugin.plugin->subscriptions();
    if (subscriptions == nullptr) throw Problem(501, "This platform has no subscriptions to list.");
    const core::Errand errand([&services, &row](const std::string& why) {
        auto tx = services.database.forStore(row.storeId);
        store::Pauses::begin(tx, row.id, store::Pauses::afterMending(why), services.clock.now());
        tx.commit();
    });
    const auto wanted = valueOr(loader::guarded(
        plugin, "subscriptions.wanted", [&] { return subscriptions->wanted(row.account); }));
    auto context = session->context(std::stop_token{});
    const auto there = valueOr(loader::guarded(
        plugin, "subscriptions.list", [&] { return subscriptions->list(context); }));
    const auto listed =
        compare(wanted, there, services.webhookUrl + "/api/webhooks/" + row.platform);
    return jsonAnswer(200, page(listed, std::nullopt, [](Render& json, const Listed& one) {
                          json.object()
                              .text("topic", one.topic)
                              .text("state", one.state)
                              .text("address", one.address);
                          json.text("external_id", one.externalId).end();
                      }));
}

Response repair(Services& services, const Call& call) {
    call.knows({});
    call.body({});
    const auto row = integrationFor(services.database, call);
    if (row.status != store::IntegrationStatus::Connected)
        throw Problem(409, "The integration is not connected; connect it first.");
    auto tx = services.database.forStore(row.storeId);
    jobs::NewJob job;
    job.integrationId = row.id;
    job.kind = "subscribe";
    job.dedupe = "subscribe";
    jobs::enqueue(tx, row.storeId, {job});
    tx.commit();
    return jsonAnswer(202, Render().object().text("state", "queued").end().take());
}

}  // namespace

void addSubscriptionRoutes(Router& router, Services& services) {
    const std::string base = "/api/v1/integrations/{id}/subscriptions";
    router.add("GET", base, Access::Read, [&](const Call& call) { return list(services, call); });
    router.add("POST", base + "/repair", Access::Operate, [&](const Call& call) {
        return repair(services, call);
    });
}

}  // namespace souk::web
