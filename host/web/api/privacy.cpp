#include "privacy/service.hpp"
#include "web/api/lookup.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

const std::initializer_list<std::string_view> kStates{
    "received", "working", "done", "refused", "failed"};

void render(Render& json, const privacy::Request& request) {
    json.object().id("id", request.id).id("integration_id", request.integrationId);
    json.text("what", request.what).text("origin", request.origin);
    json.id("asked_by", request.askedBy).text("external_id", request.externalId);
    json.text("code", request.code).text("state", request.state).text("reason", request.reason);
    json.key("counts").object();
    for (const auto& [table, rows] : request.counts) json.number(table, rows);
    json.end();
    json.time("received_at", request.receivedAt).time("due_at", request.dueAt);
    json.time("started_at", request.startedAt).time("done_at", request.doneAt);
    json.time("fetched_at", request.fetchedAt).id("correlation_id", request.correlationId).end();
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id", "integration_id", "state", "cursor", "limit"});
    const PageCursor cursor("privacy-requests", call);
    const auto state = call.oneOf("state", kStates);
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto found = privacy::Requests::list(
        tx, store, call.uuid("integration_id"), state, idCursor(cursor), call.limit());
    const auto next =
        nextId(cursor, found, call.limit(), [](const auto& request) { return request.id; });
    return jsonAnswer(200, page(found, next, render));
}

Response get(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto found = privacy::Requests::find(tx, store, call.id());
    if (!found)
        throw Problem(404, "There is no such request; GET /api/v1/privacy-requests lists them.");
    Render json;
    render(json, *found);
    return tagged(call, json.take());
}

Response document(Services& services, const Call& call) {
    call.knows({"store_id"});
    auto answer = jsonAnswer(200, valueOr(services.privacy.document(call.store(), call.id())));
    answer.headers["Cache-Control"] = "no-store";
    answer.headers["Content-Disposition"] =
        "attachment; filename=\"" + call.id().text() + ".json\"";
    return answer;
}

Response ask(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    const auto body =
        call.body({"integration_id", "what", "customer_external_id", "order_external_ids"});
    const auto integration = core::Uuid::parse(body.textOr("integration_id", ""));
    if (!integration)
        throw Problem(400,
                      "integration_id must be the id of an integration; GET /api/v1/integrations "
                      "lists them.");
    privacy::Ask wanted;
    wanted.storeId = store;
    wanted.integrationId = *integration;
    wanted.what = body.textOr("what", "");
    if (wanted.what != privacy::kExport && wanted.what != privacy::kEraseCustomer)
        throw Problem(400, "what must be one of export, erase_customer.");
    wanted.person.customer = body.textOr("customer_external_id", "");
    if (body.has("order_external_ids"))
        for (const auto& id : readable(body.items("order_external_ids")))
            wanted.person.orders.push_back(readable(id.text()));
    if (!call.caller.tokenId.empty()) wanted.askedBy = call.caller.tokenId;
    const auto added = valueOr(services.privacy.ask(wanted));
    Render json;
    render(json, added);
    return createdAnswer(json.take(), "/api/v1/privacy-requests/" + added.id.text());
}

}  // namespace

void addPrivacyRoutes(Router& router, Services& services) {
    const std::string all = "/api/v1/privacy-requests";
    const std::string one = all + "/{id}";
    router.add("GET", all, Access::Manage, [&](const Call& call) { return list(services, call); });
    router.add("POST", all, Access::Manage, [&](const Call& call) { return ask(services, call); });
    router.add("GET", one, Access::Manage, [&](const Call& call) { return get(services, call); });
    router.add("GET", one + "/document", Access::Manage, [&](const Call& call) {
        return document(services, call);
    });
}

}  // namespace souk::web
