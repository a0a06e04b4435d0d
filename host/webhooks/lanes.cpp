#include "webhooks/lanes.hpp"

#include <algorithm>

namespace souk::webhooks {

namespace {

constexpr std::string_view kLease = R"sql(
WITH due AS (
    SELECT integration_id, lease_owner AS former FROM webhook_lane
    WHERE pending_since IS NOT NULL AND run_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
    ORDER BY run_at, pending_since LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE webhook_lane l SET lease_owner = $1, lease_until = $3, fence = fence + 1
FROM due WHERE l.integration_id = due.integration_id
RETURNING l.store_id, l.integration_id, l.fence, l.suspects, due.former
)sql";

constexpr std::string_view kHold = R"sql(
UPDATE webhook_lane SET lease_until = $3 WHERE integration_id = $1 AND fence = $2
)sql";

#define SOUK_COUNT_ATTEMPT                                                                   \
    " UPDATE webhook w SET attempts = attempts + 1 FROM next n"                              \
    " WHERE w.store_id = n.store_id AND w.id = n.id AND w.received_at = n.received_at"       \
    " RETURNING w.id, w.received_at, w.topic, w.account, w.triggered_at, w.headers, w.body," \
    " w.attempts, w.crashes, w.correlation_id"

/// What never failed and what rests after a failure have an index each: of thousands that rest,
/// none is read before its time.
constexpr std::string_view kTake = R"sql(
WITH next AS (
    (SELECT store_id, id, received_at FROM webhook
     WHERE integration_id = $1 AND state = 'waiting' AND next_attempt_at IS NULL
     ORDER BY id LIMIT $3)
    UNION ALL
    (SELECT store_id, id, received_at FROM webhook
     WHERE integration_id = $1 AND state = 'waiting' AND next_attempt_at <= $2
     ORDER BY next_attempt_at LIMIT $3)
    ORDER BY id LIMIT $3
))sql" SOUK_COUNT_ATTEMPT;

/// Suspects of a dead host come alone, one at a time.
constexpr std::string_view kTakeSuspect = R"sql(
WITH next AS (
    SELECT store_id, id, received_at FROM webhook
    WHERE store_id = $1 AND id = ANY ($3) AND state = 'waiting'
      AND (next_attempt_at IS NULL OR next_attempt_at <= $2)
    ORDER BY id LIMIT 1
))sql" SOUK_COUNT_ATTEMPT;

constexpr std::string_view kSuspect = R"sql(
UPDATE webhook_lane SET suspects = $3 WHERE integration_id = $1 AND fence = $2
)sql";

constexpr std::string_view kCountCrash = R"sql(
UPDATE webhook SET crashes = crashes + $4
WHERE store_id = $1 AND id = $2 AND received_at = $3 AND state = 'waiting'
)sql";

constexpr std::string_view kFence = R"sql(
SELECT 1 FROM webhook_lane WHERE integration_id = $1 AND fence = $2 FOR SHARE
)sql";

constexpr std::string_view kSettle = R"sql(
UPDATE webhook SET state = $4, crashes = $8, reason = $5, next_attempt_at = $6,
                   processed_at = CASE WHEN $4 = 'waiting' THEN NULL ELSE $7::timestamptz END
WHERE store_id = $1 AND id = $2 AND received_at = $3 AND state = 'waiting'
)sql";

constexpr std::string_view kLock = R"sql(
SELECT 1 FROM webhook_lane WHERE integration_id = $1 AND fence = $2 FOR UPDATE
)sql";

/// Runs after kLock, with a newer snapshot: an event committed meanwhile is seen. A lane is given
/// back after every few events, so its backlog is not counted: the first event that may be tried
/// now answers, and where all rest after a failure the first of those.
constexpr std::string_view kRelease = R"sql(
WITH waiting AS (
    SELECT coalesce(
        (SELECT received_at FROM webhook
         WHERE integration_id = $1 AND state = 'waiting' AND next_attempt_at IS NULL
         ORDER BY id LIMIT 1),
        (SELECT next_attempt_at FROM webhook
         WHERE integration_id = $1 AND state = 'waiting' AND next_attempt_at IS NOT NULL
         ORDER BY next_attempt_at LIMIT 1)) AS due
)
UPDATE webhook_lane SET lease_owner = NULL, lease_until = NULL, suspects = '{}',
       run_at = greatest($3, waiting.due), resting = coalesce(waiting.due > $3, false),
       pending_since = CASE WHEN waiting.due IS NULL THEN NULL ELSE coalesce(pending_since, $3) END
FROM waiting WHERE integration_id = $1 AND fence = $2
)sql";

constexpr std::string_view kWake = R"sql(
WITH woken AS (
    UPDATE webhook_lane SET run_at = least(run_at, $2)
    WHERE integration_id = $1 AND pending_since IS NOT NULL RETURNING 1
)
SELECT pg_notify('souk_lane', '') FROM woken
)sql";

WaitingEvent eventFrom(const store::Row& row) {
    return {row.uuid("id"),
            row.time("received_at"),
            row.text("topic"),
            row.text("account"),
            row.maybeTime("triggered_at"),
            row.text("headers"),
            row.bytes("body"),
            static_cast<std::int32_t>(row.integer("attempts")),
            static_cast<std::int32_t>(row.integer("crashes")),
            row.maybeUuid("correlation_id")};
}

}  // namespace

std::optional<Lane> Lanes::lease(store::Transaction& worker,
                                 const std::string& owner,
                                 sdk::Timestamp now,
                                 sdk::Timestamp until) {
    const auto rows = worker.query(kLease, owner, now, until);
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    Lane lane{row.uuid("store_id"),
              row.uuid("integration_id"),
              row.integer("fence"),
              row.uuids("suspects")};
    // We are alive, so it was no crash: the database was away while we held the lane.
    if (row.textOr("former", "") == owner) lane.suspects.clear();
    return lane;
}

std::vector<WaitingEvent> Lanes::take(store::Transaction& worker,
                                      const Lane& lane,
                                      sdk::Timestamp now,
                                      sdk::Timestamp until,
                                      int limit) {
    if (worker.query(kHold, lane.integrationId, lane.fence, until).affected() == 0) return {};
    const auto rows = lane.suspects.empty()
                          ? worker.query(kTake, lane.integrationId, now, limit)
                          : worker.query(kTakeSuspect, lane.storeId, now, lane.suspects);
    std::vector<WaitingEvent> events;
    std::vector<core::Uuid> ids;
    for (const auto& row : rows) {
        events.push_back(eventFrom(row));
        ids.push_back(events.back().id);
    }
    std::sort(
        events.begin(), events.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    // The other suspects stay noted while one of them is tried.
    worker.query(
        kSuspect, lane.integrationId, lane.fence, lane.suspects.empty() ? ids : lane.suspects);
    return events;
}

bool Lanes::countCrash(store::Transaction& worker,
                       const Lane& lane,
                       const WaitingEvent& event,
                       std::int32_t by) {
    if (worker.query(kFence, lane.integrationId, lane.fence).empty()) return false;
    worker.query(kCountCrash, lane.storeId, event.id, event.receivedAt, by);
    return true;
}

bool Lanes::settle(store::Transaction& store,
                   const Lane& lane,
                   const WaitingEvent& event,
                   const Verdict& verdict,
                   sdk::Timestamp now) {
    if (store.query(kFence, lane.integrationId, lane.fence).empty()) return false;
    return store
               .query(kSettle,
                      lane.storeId,
                      event.id,
                      event.receivedAt,
                      verdict.state,
                      verdict.reason,
                      verdict.again,
                      now,
                      verdict.crashes)
               .affected() > 0;
}

void Lanes::release(store::Transaction& worker, const Lane& lane, sdk::Timestamp notBefore) {
    if (worker.query(kLock, lane.integrationId, lane.fence).empty()) return;
    worker.query(kRelease, lane.integrationId, lane.fence, notBefore);
}

void Lanes::wake(store::Transaction& any, const core::Uuid& integrationId, sdk::Timestamp now) {
    any.query(kWake, integrationId, now);
}

}  // namespace souk::webhooks
