#include "store/integrations.hpp"

#include "connect/form.hpp"
#include "store/pauses.hpp"
#include "web/api/lookup.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"
#include "webhooks/lanes.hpp"

namespace souk::web {

namespace {

void render(Render& json, const store::IntegrationRow& row) {
    json.object()
        .id("id", row.id)
        .id("store_id", row.storeId)
        .text("platform", row.platform)
        .text("name", row.name);
    json.text("status", store::name(row.status)).text("status_reason", row.statusReason);
    json.key("account");
    json.object().text("external_id", row.account.externalId).text("title", row.account.title);
    json.text("currency", row.account.currency)
        .text("time_zone", row.account.timeZone)
        .texts("scopes", row.account.scopes)
        .raw("facts", row.account.facts)
        .end();
    json.raw("choices", row.choices.value_or("[]"));
    json.raw("config", row.config)
        .text("sync_status", row.syncStatus)
        .raw("sync_cursor", row.syncCursor);
    json.text("sync_error", row.syncError)
        .time("last_sync_at", row.lastSyncAt)
        .time("next_sync_at", row.nextSyncAt);
    json.time("connected_at", row.connectedAt).time("disconnected_at", row.disconnectedAt);
    json.time("created_at", row.createdAt).time("updated_at", row.updatedAt).end();
}

std::string whole(const store::IntegrationRow& row) {
    Render json;
    render(json, row);
    return json.take();
}

/// The members of the body's object `member` as text, as the connect form gives them; none when
/// it is missing.
sdk::Fields fieldsIn(const sdk::Json& body, const std::string& member) {
    sdk::Fields fields;
    if (!body.has(member)) return fields;
    const auto given = readable(body.object(member));
    for (const auto& name : given.keys()) fields.emplace(name, readable(given.text(name)));
    return fields;
}

std::string jsonOf(const sdk::Fields& fields) {
    Render json;
    json.object();
    for (const auto& [name, value] : fields) json.text(name, value);
    return json.end().take();
}

core::Uuid storeIn(const Call& call, const sdk::Json& body) {
    if (!body.has("store_id")) return call.store();
    const auto id = core::Uuid::parse(body.textOr("store_id", ""));
    if (!id) throw Problem(400, "store_id must be a UUID; GET /api/v1/stores lists them.");
    if (call.caller.storeId && *call.caller.storeId != *id)
        throw Problem(404, "There is no such store for this token.");
    return *id;
}

Response create(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto body = call.body({"store_id", "platform", "name", "config"});
    const auto store = storeIn(call, body);
    const auto platform = body.textOr("platform", "");
    const auto* plugin = services.catalog.find(platform);
    if (plugin == nullptr)
        throw Problem(
            422,
            "No plugin \"" + platform + "\" is loaded; GET /api/v1/platforms lists what there is.");
    const auto fields = fieldsIn(body, "config");
    for (const auto& field : plugin->manifest.connect.fields)
        if (field.secret && fields.contains(field.name))
            throw Problem(422,
                          "config." + field.name +
                              " is a secret; it is asked for when connecting, not here.");
    valueOr(connect::checkFields(plugin->manifest, fields));
    auto tx = services.database.forStore(store);
    const auto row = valueOr(store::Integrations::create(
        tx, store, {platform, body.textOr("name", ""), jsonOf(fields)}));
    tx.commit();
    return createdAnswer(whole(row), "/api/v1/integrations/" + row.id.text());
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id", "cursor", "limit"});
    const PageCursor cursor("integrations", call);
    auto tx = services.database.forStore(call.store());
    const auto rows = store::Integrations::list(tx, idCursor(cursor), call.limit());
    const auto next = nextId(cursor, rows, call.limit(), [](const auto& row) { return row.id; });
    return jsonAnswer(200, page(rows, next, render));
}

Response get(Services& services, const Call& call) {
    call.knows({});
    return tagged(call, whole(integrationFor(services.database, call)));
}

Response connect(Services& services, const Call& call) {
    call.knows({});
    call.refusesKey();  // a kept answer would keep the ticket
    call.body({});
    const auto row = integrationFor(services.database, call);
    Render json;
    json.object().text("connect_url", valueOr(services.connect.start(row.id))).end();
    return jsonAnswer(200, json.take());
}

/// For platforms without a browser flow. Secret fields are allowed here: nothing keeps the body.
Response submitForm(Services& services, const Call& call) {
    call.knows({});
    const auto fields = fieldsIn(call.body({"fields"}), "fields");
    const auto row = integrationFor(services.database, call);
    return jsonAnswer(
        200, whole(valueOr(services.connect.submitForm(row.id, fields, std::stop_token{}))));
}

/// What the person picked where the platform offers more than one page, catalogue, ...
Response choose(Services& services, const Call& call) {
    call.knows({});
    const auto picks = fieldsIn(call.body({"fields"}), "fields");
    const auto row = integrationFor(services.database, call);
    return jsonAnswer(200,
                      whole(valueOr(services.connect.choose(row.id, picks, std::stop_token{}))));
}

Response disconnect(Services& services, const Call& call) {
    call.knows({});
    call.body({});
    const auto row = integrationFor(services.database, call);
    return jsonAnswer(202, whole(valueOr(services.connect.disconnect(row.id))));
}

Response pause(Services& services, const Call& call) {
    call.knows({});
    call.body({});
    const auto row = integrationFor(services.database, call);
    auto tx = services.database.forStore(row.storeId);
    if (!store::Pauses::begin(tx, row.id, "Paused by a person.", services.clock.now()) &&
        row.status != store::IntegrationStatus::Paused)
        throw Problem(409, "Only a connected integration can be paused.");
    tx.commit();
    return jsonAnswer(200, whole(integrationFor(services.database, call)));
}

Response resume(Services& services, const Call& call) {
    call.knows({});
    call.body({});
    const auto row = integrationFor(services.database, call);
    auto tx = services.database.forStore(row.storeId);
    if (!store::Pauses::end(tx, row.id, services.clock.now()) &&
        row.status != store::IntegrationStatus::Connected)
        throw Problem(409, "The integration is not paused; connect it instead.");
    webhooks::Lanes::wake(tx, row.id, services.clock.now());
    tx.commit();
    return jsonAnswer(200, whole(integrationFor(services.database, call)));
}

}  // namespace

void addIntegrationRoutes(Router& router, Services& services) {
    const std::string one = "/api/v1/integrations/{id}";
    router.add("POST", "/api/v1/integrations", Access::Manage, [&](const Call& call) {
        return create(services, call);
    });
    router.add("GET", "/api/v1/integrations", Access::Read, [&](const Call& call) {
        return list(services, call);
    });
    router.add("GET", one, Access::Read, [&](const Call& call) { return get(services, call); });
    router.add("POST", one + "/connect", Access::Operate, [&](const Call& call) {
        return connect(services, call);
    });
    router.add("POST", one + "/form", Access::Operate, [&](const Call& call) {
        return submitForm(services, call);
    });
    router.add("POST", one + "/choose", Access::Operate, [&](const Call& call) {
        return choose(services, call);
    });
    router.add("POST", one + "/disconnect", Access::Operate, [&](const Call& call) {
        return disconnect(services, call);
    });
    router.add("POST", one + "/pause", Access::Operate, [&](const Call& call) {
        return pause(services, call);
    });
    router.add("POST", one + "/resume", Access::Operate, [&](const Call& call) {
        return resume(services, call);
    });
}

}  // namespace souk::web
