#include "web/api/lookup.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"
#include "webhooks/ledger.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>

namespace souk::web {

namespace {

const std::initializer_list<std::string_view> kStates{
    "waiting", "done", "stale", "ignored", "dead"};
constexpr std::int64_t kMostReplayed = 10000;

void members(Render& json, const webhooks::ListedEvent& event) {
    json.id("id", event.id)
        .id("integration_id", event.integrationId)
        .text("platform", event.platform)
        .text("topic", event.topic);
    json.text("key", event.key)
        .text("state", event.state)
        .number("attempts", std::int64_t{event.attempts})
        .text("reason", event.reason);
    json.time("triggered_at", event.triggeredAt).time("received_at", event.receivedAt);
    json.time("processed_at", event.processedAt).time("next_attempt_at", event.nextAttemptAt);
    json.id("correlation_id", event.correlationId);
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id",
                "integration_id",
                "state",
                "topic",
                "since",
                "until",
                "correlation_id",
                "cursor",
                "limit"});
    const PageCursor cursor("webhooks", call);
    const webhooks::EventFilter filter{call.uuid("integration_id"),
                                       call.oneOf("state", kStates),
                                       call.text("topic"),
                                       call.time("since"),
                                       call.time("until"),
                                       call.uuid("correlation_id")};
    auto tx = services.database.forStore(call.store());
    const auto events = webhooks::Ledger::list(tx, filter, idCursor(cursor), call.limit());
    const auto next =
        nextId(cursor, events, call.limit(), [](const auto& event) { return event.id; });
    return jsonAnswer(200, page(events, next, [](Render& json, const auto& event) {
                          json.object();
                          members(json, event);
                          json.end();
                      }));
}

Response get(Services& services, const Call& call) {
    call.knows({"store_id"});
    auto tx = services.database.forStore(call.store());
    const auto whole = webhooks::Ledger::find(tx, call.id());
    if (!whole) throw Problem(404, "There is no such event; GET /api/v1/webhooks lists them.");
    Render json;
    json.object();
    members(json, whole->event);
    json.raw("headers", whole->headers).text("body_base64", sdk::base64(whole->body)).end();
    return tagged(call, json.take());
}

Response replayOne(Services& services, const Call& call) {
    call.knows({"store_id"});
    call.body({});
    auto tx = services.database.forStore(call.store());
    if (!webhooks::Ledger::replay(tx, call.id(), services.clock.now()))
        throw Problem(404, "There is no such event; GET /api/v1/webhooks lists them.");
    tx.commit();
    return jsonAnswer(202, Render().object().number("replayed", std::int64_t{1}).end().take());
}

std::optional<sdk::Timestamp> timeIn(const sdk::Json& body, std::string_view name) {
    if (!body.has(name)) return std::nullopt;
    return readable(sdk::timestampFrom(readable(body.text(name))));
}

std::optional<std::string> textIn(const sdk::Json& body, std::string_view name) {
    return body.has(name) ? std::optional(readable(body.text(name))) : std::nullopt;
}

std::optional<std::string> stateIn(const sdk::Json& body) {
    auto state = textIn(body, "state");
    if (state && std::find(kStates.begin(), kStates.end(), *state) == kStates.end())
        throw Problem(400, "state must be one of waiting, done, stale, ignored, dead.");
    return state;
}

Response replayMany(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto body = call.body({"integration_id", "state", "topic", "since", "until", "limit"});
    webhooks::EventFilter filter{std::nullopt,
                                 stateIn(body),
                                 textIn(body, "topic"),
                                 timeIn(body, "since"),
                                 timeIn(body, "until")};
    if (body.has("integration_id")) {
        const auto id = core::Uuid::parse(body.textOr("integration_id", ""));
        if (!id) throw Problem(400, "integration_id must be a UUID.");
        filter.integrationId = *id;
    }
    const auto limit = body.has("limit") ? readable(body.integer("limit")) : kMostReplayed;
    if (limit < 1 || limit > kMostReplayed)
        throw Problem(400, "limit must be a number from 1 to 10000.");
    auto tx = services.database.forStore(call.store());
    const auto replayed =
        webhooks::Ledger::replay(tx, filter, static_cast<int>(limit), services.clock.now());
    tx.commit();
    return jsonAnswer(202, Render().object().number("replayed", replayed).end().take());
}

}  // namespace

void addWebhookRoutes(Router& router, Services& services) {
    const std::string base = "/api/v1/webhooks";
    router.add("GET", base, Access::Read, [&](const Call& call) { return list(services, call); });
    router.add("POST", base + "/replay", Access::Operate, [&](const Call& call) {
        return replayMany(services, call);
    });
    router.add("GET", base + "/{id}", Access::Operate, [&](const Call& call) {
        return get(services, call);
    });
    router.add("POST", base + "/{id}/replay", Access::Operate, [&](const Call& call) {
        return replayOne(services, call);
    });
}

}  // namespace souk::web
