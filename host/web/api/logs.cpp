#include "intake/log_reader.hpp"

#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

void render(Render& json, const intake::LogEntry& entry) {
    json.object()
        .id("id", entry.id)
        .time("at", entry.at)
        .id("integration_id", entry.integrationId)
        .text("entity", entry.entity);
    json.text("external_id", entry.externalId)
        .id("entity_id", entry.entityId)
        .text("action", entry.action);
    json.text("cause", entry.cause)
        .id("cause_id", entry.causeId)
        .id("correlation_id", entry.correlationId)
        .text("detail", entry.detail)
        .end();
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id",
                "entity",
                "external_id",
                "entity_id",
                "integration_id",
                "action",
                "cause",
                "cause_id",
                "correlation_id",
                "since",
                "until",
                "cursor",
                "limit"});
    const PageCursor cursor("sync-logs", call);
    const intake::LogFilter filter{
        call.text("entity"),
        call.text("external_id"),
        call.uuid("entity_id"),
        call.uuid("integration_id"),
        call.oneOf("action",
                   {"created", "updated", "deleted", "stale", "refetch", "rejected", "noticed"}),
        call.oneOf("cause", {"webhook", "sync", "refetch", "connect"}),
        call.uuid("cause_id"),
        call.time("since"),
        call.time("until"),
        call.uuid("correlation_id")};
    const auto before = idCursor(cursor);
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto entries = intake::readLog(
        tx, store, filter, before.empty() ? std::nullopt : std::optional(before), call.limit());
    const auto next =
        nextId(cursor, entries, call.limit(), [](const auto& entry) { return entry.id; });
    return jsonAnswer(200, page(entries, next, render));
}

}  // namespace

void addLogRoutes(Router& router, Services& services) {
    router.add("GET", "/api/v1/sync-logs", Access::Read, [&](const Call& call) {
        return list(services, call);
    });
}

}  // namespace souk::web
