#include "publish/position.hpp"

#include <algorithm>
#include <cmath>

namespace souk::publish {

namespace {

using std::chrono::milliseconds;

// Every change below the oldest running transaction is visible already.
constexpr std::string_view kBegin = R"(
INSERT INTO publish_position (store_id, integration_id, xid, change_id)
VALUES ($1, $2, pg_snapshot_xmin(pg_current_snapshot()), '00000000-0000-0000-0000-000000000000')
ON CONFLICT (store_id, integration_id) DO UPDATE SET xid = excluded.xid,
    change_id = excluded.change_id, retry_at = NULL, failures = 0, error = NULL)";

// pace_at may run ahead of now by the burst, and no further.
constexpr std::string_view kReserve = R"(
UPDATE publish_position
SET pace_at = greatest(coalesce(pace_at, $3), $3) + $4 * interval '1 ms'
WHERE store_id = $1 AND integration_id = $2 AND coalesce(pause_until, $3) <= $3
  AND coalesce(pace_at, $3) <= $3 + ($5 - 1) * $4 * interval '1 ms'
RETURNING 1 AS reserved)";

constexpr std::string_view kFree = R"(
SELECT greatest(pause_until, pace_at - ($4 - 1) * $3 * interval '1 ms') AS at
FROM publish_position WHERE store_id = $1 AND integration_id = $2)";

constexpr std::string_view kPause = R"(
UPDATE publish_position SET pause_until = greatest(pause_until, $3)
WHERE store_id = $1 AND integration_id = $2)";

constexpr std::string_view kRest = R"(
UPDATE publish_position p SET retry_at = NULL, failures = 0, error = $5, due_at = least(
    (SELECT min(poll_at) FROM offer_batch WHERE store_id = $1 AND integration_id = $2),
    (SELECT min(look_at) FROM offer
     WHERE store_id = $1 AND integration_id = $2 AND look_at IS NOT NULL AND batch_id IS NULL),
    (SELECT greatest(min(coalesce(not_before, wanted_at)), p.pause_until,
                     p.pace_at - ($4 - 1) * $3 * interval '1 ms')
     FROM offer
     WHERE store_id = $1 AND integration_id = $2 AND wanted_at IS NOT NULL AND batch_id IS NULL
       AND (NOT $6 OR NOT EXISTS (
               SELECT 1 FROM offer h
               WHERE h.store_id = $1 AND h.product_id = offer.product_id AND h.integration_id = $2
                 AND h.batch_id IS NOT NULL))
     HAVING count(*) > 0))
WHERE p.store_id = $1 AND p.integration_id = $2)";

// What it was to do is left to do, though the feed was read on: retry_at tells when.
constexpr std::string_view kFail = R"(
UPDATE publish_position SET error = $3, failures = failures + 1, due_at = least(due_at, $4),
    retry_at = $4 + coalesce($5 * interval '1 ms',
                             least(interval '2 seconds' * power(2, least(failures, 12)),
                                   interval '10 minutes'))
WHERE store_id = $1 AND integration_id = $2)";

constexpr std::string_view kCompared = R"(
UPDATE publish_position SET reconciled_at = $3, drift = $4
WHERE store_id = $1 AND integration_id = $2)";

double inMilliseconds(const Pace& pace) {
    return static_cast<double>(pace.interval.count());
}

}  // namespace

Pace Pace::perMinute(double calls) {
    constexpr double kMinute = 60'000;
    constexpr double kShare = 6;
    const double burst = std::max(1.0, std::floor(calls / kShare));
    const double rest = std::max(calls - burst, calls / 2);
    return {static_cast<std::int64_t>(burst),
            milliseconds(static_cast<std::int64_t>(std::ceil(kMinute / rest)))};
}

void beginPosition(store::Transaction& store, const Shelf& shelf) {
    store.query(kBegin, shelf.storeId, shelf.integrationId);
}

std::optional<sdk::Timestamp> reserve(store::Transaction& store,
                                      const Shelf& shelf,
                                      const Pace& pace,
                                      sdk::Timestamp now) {
    const auto burst = static_cast<double>(pace.burst);
    if (!store.query(kReserve, shelf.storeId, shelf.integrationId, now, inMilliseconds(pace), burst)
             .empty())
        return std::nullopt;
    const auto rows =
        store.query(kFree, shelf.storeId, shelf.integrationId, inMilliseconds(pace), burst);
    return rows.empty() ? now : rows[0].maybeTime("at").value_or(now);
}

void pause(store::Transaction& store, const Shelf& shelf, sdk::Timestamp until) {
    store.query(kPause, shelf.storeId, shelf.integrationId, until);
}

void rest(store::Transaction& store,
          const Shelf& shelf,
          const Pace& pace,
          bool whole,
          const std::optional<std::string>& trouble) {
    store.query(kRest,
                shelf.storeId,
                shelf.integrationId,
                inMilliseconds(pace),
                static_cast<double>(pace.burst),
                trouble,
                whole);
}

void fail(store::Transaction& store,
          const Shelf& shelf,
          const sdk::Error& error,
          sdk::Timestamp now) {
    std::optional<double> after;
    if (error.retryAfter) after = static_cast<double>(error.retryAfter->count());
    store.query(kFail, shelf.storeId, shelf.integrationId, error.message, now, after);
}

void compared(store::Transaction& store,
              const Shelf& shelf,
              const std::string& drift,
              sdk::Timestamp now) {
    store.query(kCompared, shelf.storeId, shelf.integrationId, now, store::JsonText{drift});
}

}  // namespace souk::publish
