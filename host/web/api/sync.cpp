#include "sync/service.hpp"

#include "web/api/lookup.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

sync::SyncRequest requestFrom(const Call& call, const sdk::Json& body, store::Database& database) {
    const auto id = core::Uuid::parse(body.textOr("integration_id", ""));
    if (!id)
        throw Problem(400,
                      "integration_id must be the id of an integration; GET /api/v1/integrations "
                      "lists them.");
    const auto integration = integrationFor(database, call, *id);
    sync::SyncRequest wanted;
    wanted.storeId = integration.storeId;
    wanted.integrationId = integration.id;
    if (body.has("entities"))
        for (const auto& item : readable(body.items("entities")))
            wanted.entities.push_back(readable(sdk::entityFrom(readable(item.text()))));
    if (body.has("mode")) wanted.mode = readable(sync::modeFrom(readable(body.text("mode"))));
    return wanted;
}

sync::RunProgress runOf(Services& services, const core::Uuid& store, const core::Uuid& id) {
    const auto run = services.sync.status(store, id);
    if (!run) throw Problem(404, "There is no such run; GET /api/v1/sync lists them.");
    return *run;
}

Response start(Services& services, const Call& call) {
    call.knows({});
    const auto body = call.body({"integration_id", "entities", "mode"});
    const auto wanted = requestFrom(call, body, services.database);
    const auto started = valueOr(services.sync.request(wanted));
    auto answer = jsonAnswer(202, sync::toJson(runOf(services, wanted.storeId, started.runId)));
    // With the store, so that tokens of all stores can follow it too.
    answer.headers["Location"] =
        "/api/v1/sync/" + started.runId.text() + "?store_id=" + wanted.storeId.text();
    return answer;
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id", "integration_id", "cursor", "limit"});
    const PageCursor cursor("sync", call);
    const auto runs = services.sync.list(
        call.store(), call.uuid("integration_id"), idCursor(cursor), call.limit());
    const auto next = nextId(cursor, runs, call.limit(), [](const auto& run) { return run.runId; });
    return jsonAnswer(200, page(runs, next, [](Render& json, const auto& run) {
                          json.rawItem(sync::toJson(run));
                      }));
}

Response get(Services& services, const Call& call) {
    call.knows({"store_id"});
    return tagged(call, sync::toJson(runOf(services, call.store(), call.id("run_id"))));
}

Response cancel(Services& services, const Call& call) {
    call.knows({"store_id"});
    call.body({});
    return jsonAnswer(202,
                      sync::toJson(valueOr(services.sync.cancel(call.store(), call.id("run_id")))));
}

}  // namespace

void addSyncRoutes(Router& router, Services& services) {
    router.add("POST", "/api/v1/sync", Access::Operate, [&](const Call& call) {
        return start(services, call);
    });
    router.add("GET", "/api/v1/sync", Access::Read, [&](const Call& call) {
        return list(services, call);
    });
    router.add("GET", "/api/v1/sync/{run_id}", Access::Read, [&](const Call& call) {
        return get(services, call);
    });
    router.add("POST", "/api/v1/sync/{run_id}/cancel", Access::Operate, [&](const Call& call) {
        return cancel(services, call);
    });
}

}  // namespace souk::web
