#include "store/stores.hpp"

#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

void render(Render& json, const store::StoreRow& row) {
    json.object().id("id", row.id).text("name", row.name).text("currency", row.currency);
    json.text("time_zone", row.timeZone).time("created_at", row.createdAt).end();
}

Response createStore(Services& services, const Call& call) {
    call.knows({});
    const auto body = call.body({"name", "currency", "time_zone"});
    if (call.caller.storeId)
        throw Problem(403, "A token of one store cannot create stores; use one of all stores.");
    auto tx = services.database.asWorker();
    const auto row = valueOr(store::Stores::create(
        tx, body.textOr("name", ""), body.textOr("currency", ""), body.textOr("time_zone", "UTC")));
    tx.commit();
    Render json;
    render(json, row);
    return createdAnswer(json.take(), "/api/v1/stores/" + row.id.text());
}

Response listStores(Services& services, const Call& call) {
    call.knows({"cursor", "limit"});
    const PageCursor cursor("stores", call);
    std::vector<store::StoreRow> rows;
    if (call.caller.storeId) {
        auto tx = services.database.forStore(*call.caller.storeId);
        if (const auto own = store::Stores::find(tx, *call.caller.storeId)) rows.push_back(*own);
        return jsonAnswer(200, page(rows, std::nullopt, render));
    }
    auto tx = services.database.asWorker();
    rows = store::Stores::list(tx, idCursor(cursor), call.limit());
    const auto next = nextId(cursor, rows, call.limit(), [](const auto& row) { return row.id; });
    return jsonAnswer(200, page(rows, next, render));
}

Response getStore(Services& services, const Call& call) {
    call.knows({});
    const auto id = call.id();
    const bool foreign = call.caller.storeId && *call.caller.storeId != id;
    std::optional<store::StoreRow> row;
    if (!foreign) {
        auto tx = services.database.forStore(id);
        row = store::Stores::find(tx, id);
    }
    if (!row) throw Problem(404, "There is no such store; GET /api/v1/stores lists them.");
    Render json;
    render(json, *row);
    return tagged(call, json.take());
}

}  // namespace

void addStoreRoutes(Router& router, Services& services) {
    router.add("POST", "/api/v1/stores", Access::Manage, [&](const Call& call) {
        return createStore(services, call);
    });
    router.add("GET", "/api/v1/stores", Access::Read, [&](const Call& call) {
        return listStores(services, call);
    });
    router.add("GET", "/api/v1/stores/{id}", Access::Read, [&](const Call& call) {
        return getStore(services, call);
    });
}

}  // namespace souk::web
