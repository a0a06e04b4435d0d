#include "webhooks/ledger.hpp"

namespace souk::webhooks {

namespace {

constexpr std::string_view kList = R"sql(
SELECT id, integration_id, platform, topic, key, state, attempts, reason, triggered_at,
       received_at, processed_at, next_attempt_at, correlation_id
FROM webhook
WHERE ($1::uuid IS NULL OR integration_id = $1) AND ($2::text IS NULL OR state = $2)
  AND ($3::text IS NULL OR topic = $3) AND ($4::timestamptz IS NULL OR received_at >= $4)
  AND ($5::timestamptz IS NULL OR received_at < $5) AND ($6::uuid IS NULL OR id < $6)
  AND ($8::uuid IS NULL OR correlation_id = $8)
ORDER BY id DESC LIMIT $7
)sql";

constexpr std::string_view kFind = R"sql(
SELECT id, integration_id, platform, topic, key, state, attempts, reason, triggered_at,
       received_at, processed_at, next_attempt_at, correlation_id, headers, body
FROM webhook WHERE id = $1
)sql";

constexpr std::string_view kReplay = R"sql(
WITH chosen AS (
    SELECT store_id, id, received_at FROM webhook
    WHERE ($1::uuid IS NULL OR integration_id = $1) AND ($2::text IS NULL OR state = $2)
      AND ($3::text IS NULL OR topic = $3) AND ($4::timestamptz IS NULL OR received_at >= $4)
      AND ($5::timestamptz IS NULL OR received_at < $5) AND ($6::uuid IS NULL OR id = $6)
    ORDER BY id LIMIT $7
), again AS (
    UPDATE webhook w SET state = 'waiting', attempts = 0, reason = NULL, processed_at = NULL,
                         next_attempt_at = NULL
    FROM chosen c
    WHERE w.store_id = c.store_id AND w.id = c.id AND w.received_at = c.received_at
    RETURNING w.store_id, w.integration_id
), lane AS (
    INSERT INTO webhook_lane AS l (store_id, integration_id, pending_since, run_at)
    SELECT DISTINCT store_id, integration_id, $8::timestamptz, $8::timestamptz FROM again
    ORDER BY integration_id  -- as all who raise lanes
    ON CONFLICT (integration_id) DO UPDATE
    SET pending_since = coalesce(l.pending_since, excluded.pending_since),
        run_at = least(l.run_at, excluded.run_at)
)
SELECT count(*) AS events, CASE WHEN count(*) > 0 THEN pg_notify('souk_lane', '') END AS told
FROM again
)sql";

ListedEvent listedFrom(const store::Row& row) {
    return {row.uuid("id"),
            row.uuid("integration_id"),
            row.text("platform"),
            row.text("topic"),
            row.text("key"),
            row.text("state"),
            static_cast<std::int32_t>(row.integer("attempts")),
            row.maybeText("reason"),
            row.maybeTime("triggered_at"),
            row.time("received_at"),
            row.maybeTime("processed_at"),
            row.maybeTime("next_attempt_at"),
            row.maybeUuid("correlation_id")};
}

std::int64_t replayed(store::Transaction& store,
                      const EventFilter& filter,
                      const std::optional<core::Uuid>& id,
                      int limit,
                      sdk::Timestamp now) {
    const auto rows = store.query(kReplay,
                                  filter.integrationId,
                                  filter.state,
                                  filter.topic,
                                  filter.since,
                                  filter.until,
                                  id,
                                  limit,
                                  now);
    return rows[0].integer("events");
}

}  // namespace

std::vector<ListedEvent> Ledger::list(store::Transaction& store,
                                      const EventFilter& filter,
                                      const core::Uuid& before,
                                      int limit) {
    const auto from = before.empty() ? std::nullopt : std::optional(before);
    const auto rows = store.query(kList,
                                  filter.integrationId,
                                  filter.state,
                                  filter.topic,
                                  filter.since,
                                  filter.until,
                                  from,
                                  limit,
                                  filter.correlationId);
    std::vector<ListedEvent> events;
    events.reserve(rows.size());
    for (const auto& row : rows) events.push_back(listedFrom(row));
    return events;
}

std::optional<Ledger::Whole> Ledger::find(store::Transaction& store, const core::Uuid& id) {
    const auto rows = store.query(kFind, id);
    if (rows.empty()) return std::nullopt;
    return Whole{listedFrom(rows[0]), rows[0].text("headers"), rows[0].bytes("body")};
}

bool Ledger::replay(store::Transaction& store, const core::Uuid& id, sdk::Timestamp now) {
    return replayed(store, {}, id, 1, now) == 1;
}

std::int64_t Ledger::replay(store::Transaction& store,
                            const EventFilter& filter,
                            int limit,
                            sdk::Timestamp now) {
    return replayed(store, filter, std::nullopt, limit, now);
}

}  // namespace souk::webhooks
