#include "sync/verification.hpp"

#include "intake/overview.hpp"
#include "jobs/queue.hpp"
#include "sync/refetch_job.hpp"

#include <algorithm>

namespace souk::sync {
namespace {

constexpr std::string_view kVisibleOrders = R"(
SELECT count(*) AS orders FROM orders o
 WHERE o.store_id = $1 AND o.integration_id = $2 AND o.deleted_at IS NULL
   AND o.content_hash IS NOT NULL
   AND (o.synced_at >= $4
        OR EXISTS (SELECT FROM sync_seen s
                    WHERE s.store_id = o.store_id AND s.run_id = $3 AND s.entity = 'order'
                      AND s.external_id = o.external_id)))";

// Asked for by this run or in its time; a busy shop's later ones would never come to an end.
constexpr std::string_view kPendingRefetches = R"(
SELECT (SELECT count(*) FROM job
         WHERE lane = $2 AND kind = 'refetch' AND state = 'waiting' AND store_id = $1
           AND created_at <= $3)
     + (SELECT count(*) FROM job
         WHERE state = 'leased' AND store_id = $1 AND integration_id = $2 AND kind = 'refetch'
           AND created_at <= $3) AS jobs)";
constexpr std::chrono::minutes kAskedAfterLastPage(1);

constexpr std::string_view kDeadRefetches = R"(
SELECT count(*) AS jobs FROM job
 WHERE store_id = $1 AND integration_id = $2 AND state = 'dead' AND kind = 'refetch'
   AND created_at >= $3)";

// Rows written since the run began were seen alive by something else. Each row is looked up by
// itself: as an anti-join, planned before the tables have been analysed, it compares every row with
// every mark (measured: 20,000 products, half a minute and no end).
constexpr std::string_view kAbsentProducts = R"(
SELECT l.external_id FROM product_listing l
 WHERE l.store_id = $1 AND l.integration_id = $2 AND l.deleted_at IS NULL
   AND l.content_hash IS NOT NULL AND l.synced_at < $4
   AND (SELECT count(*) FROM (
            SELECT 1 FROM sync_seen s
             WHERE s.store_id = $1 AND s.run_id = $3 AND s.entity = 'product'
               AND s.external_id = l.external_id LIMIT 1) met) = 0
 LIMIT $5)";
constexpr std::string_view kAbsentCustomers = R"(
SELECT c.external_id FROM customer c
 WHERE c.store_id = $1 AND c.integration_id = $2 AND c.deleted_at IS NULL
   AND c.content_hash IS NOT NULL AND c.synced_at < $4
   AND (SELECT count(*) FROM (
            SELECT 1 FROM sync_seen s
             WHERE s.store_id = $1 AND s.run_id = $3 AND s.entity = 'customer'
               AND s.external_id = c.external_id LIMIT 1) met) = 0
 LIMIT $5)";
constexpr std::string_view kAbsentLevels = R"(
SELECT inventory_item_id || '@' || location_external_id AS external_id FROM inventory
 WHERE store_id = $1 AND integration_id = $2 AND deleted_at IS NULL AND synced_at < $4
   AND $3::uuid IS NOT NULL
 LIMIT $5)";
// The twentieth part, not the oldest one: a single back-dated order would open the whole past.
constexpr std::string_view kAbsentOrders = R"(
SELECT o.external_id FROM orders o
 WHERE o.store_id = $1 AND o.integration_id = $2 AND o.deleted_at IS NULL
   AND o.content_hash IS NOT NULL AND o.synced_at < $4
   AND (SELECT count(*) FROM (
            SELECT 1 FROM sync_seen s
             WHERE s.store_id = $1 AND s.run_id = $3 AND s.entity = 'order'
               AND s.external_id = o.external_id LIMIT 1) met) = 0
   AND o.placed_at >= (
       SELECT percentile_disc(0.05) WITHIN GROUP (ORDER BY m.placed_at)
         FROM sync_seen s CROSS JOIN LATERAL (
              SELECT placed_at FROM orders
               WHERE store_id = $1 AND integration_id = $2 AND external_id = s.external_id
              OFFSET 0) m
        WHERE s.store_id = $1 AND s.run_id = $3 AND s.entity = 'order')
 LIMIT $5)";

constexpr std::int32_t kMostAbsent = 20000;
constexpr std::int64_t kAlwaysPlausible = 100;
constexpr std::int64_t kPlausibleShare = 5;  // one in five
constexpr std::size_t kPerInsert = 1000;

std::string plural(sdk::Entity entity, std::int64_t count) {
    const auto one = entity == sdk::Entity::Stock ? "stock level" : sdk::name(entity);
    return std::to_string(count) + " " + std::string(one) + (count == 1 ? "" : "s");
}

std::string_view absentSql(sdk::Entity entity) {
    if (entity == sdk::Entity::Product) return kAbsentProducts;
    if (entity == sdk::Entity::Customer) return kAbsentCustomers;
    if (entity == sdk::Entity::Stock) return kAbsentLevels;
    return kAbsentOrders;
}

/// Orders leave a platform's window of visible ones while we read: more here is no contradiction.
bool tooMany(const EntityCheck& check) {
    return check.remote && check.exact && check.local > *check.remote &&
           check.entity != sdk::Entity::Order;
}

std::int64_t tooFew(const EntityCheck& check) {
    return check.remote ? std::max<std::int64_t>(*check.remote - check.local, 0) : 0;
}

std::string sentenceOf(const EntityCheck& check) {
    std::string sentence;
    if (const auto missing = tooFew(check); missing > 0) {
        const std::string of = check.exact ? " of " : " of at least ";
        sentence = std::to_string(check.local) + of + plural(check.entity, *check.remote) +
                   " are here, " + std::to_string(missing) + (missing == 1 ? " is" : " are") +
                   " missing. ";
    } else if (tooMany(check)) {
        sentence = plural(check.entity, check.local) + " are here, the platform counts " +
                   std::to_string(*check.remote) + ". ";
    }
    if (check.rejects > 0)
        sentence += std::to_string(check.rejects) + " records of the " +
                    std::string(sdk::name(check.entity)) +
                    " sync could not be read; see GET /api/v1/sync-logs?action=rejected. ";
    return sentence;
}

}  // namespace

Verdict judge(const std::vector<EntityCheck>& checks, const Refetches& refetches) {
    Verdict verdict;
    verdict.verified = refetches.pending == 0;
    verdict.settled = refetches.pending == 0;
    for (const EntityCheck& check : checks) {
        const std::string sentence = sentenceOf(check);
        verdict.missing += sentence;
        verdict.verified = verdict.verified && sentence.empty() && check.remote && check.exact;
        // What could not be read will not come by waiting.
        const bool explained = tooFew(check) <= check.rejects && !tooMany(check);
        verdict.settled = verdict.settled && explained;
    }
    if (refetches.dead > 0) {
        verdict.missing += std::to_string(refetches.dead) +
                           " records could not be fetched whole; see their dead jobs. ";
        verdict.verified = false;
    }
    if (refetches.pending > 0)
        verdict.missing +=
            std::to_string(refetches.pending) + " records are still being fetched one by one. ";
    if (!verdict.missing.empty()) verdict.missing.pop_back();
    return verdict;
}

std::int64_t localCount(store::Transaction& store, const Run& run, sdk::Entity entity) {
    if (entity != sdk::Entity::Order || !run.whole())
        return intake::countOf(store, run.storeId, run.integrationId, entity);
    return store
        .query(kVisibleOrders,
               run.storeId,
               run.integrationId,
               run.id,
               run.startedAt.value_or(sdk::Timestamp{}))[0]
        .integer("orders");
}

Refetches refetchesOf(store::Transaction& store, const Run& run) {
    Refetches refetches;
    refetches.pending =
        store
            .query(kPendingRefetches,
                   run.storeId,
                   run.integrationId,
                   run.lastPageAt.value_or(sdk::Timestamp{}) + kAskedAfterLastPage)[0]
            .integer("jobs");
    refetches.dead = store
                         .query(kDeadRefetches,
                                run.storeId,
                                run.integrationId,
                                run.startedAt.value_or(sdk::Timestamp{}))[0]
                         .integer("jobs");
    return refetches;
}

std::optional<std::string> confirmAbsent(store::Transaction& store,
                                         const Run& run,
                                         sdk::Entity entity) {
    std::vector<jobs::NewJob> fetches;
    for (const auto row : store.query(absentSql(entity),
                                      run.storeId,
                                      run.integrationId,
                                      run.id,
                                      run.startedAt.value_or(sdk::Timestamp{}),
                                      kMostAbsent))
        fetches.push_back(refetchJob(run.integrationId,
                                     entity,
                                     row.text("external_id"),
                                     "not seen in a full run",
                                     jobs::kScheduled));
    const auto absent = static_cast<std::int64_t>(fetches.size());
    // Counting reads the whole table: only where the number matters.
    const bool few = run.mode != "full" || absent <= kAlwaysPlausible;
    const std::int64_t here =
        few ? 0 : intake::countOf(store, run.storeId, run.integrationId, entity);
    if (!few && absent * kPlausibleShare > here)
        return plural(entity, absent) + " of " + std::to_string(here) +
               " here were not met, too many to believe; nothing was deleted. If they are really "
               "gone, start a sync with mode verify.";
    for (std::size_t i = 0; i < fetches.size(); i += kPerInsert) {
        const auto end = std::min(fetches.size(), i + kPerInsert);
        jobs::enqueue(
            store,
            run.storeId,
            {std::make_move_iterator(fetches.begin() + static_cast<std::ptrdiff_t>(i)),
             std::make_move_iterator(fetches.begin() + static_cast<std::ptrdiff_t>(end))});
    }
    return std::nullopt;
}

}  // namespace souk::sync
