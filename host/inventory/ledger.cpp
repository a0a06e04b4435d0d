#include "inventory/ledger.hpp"

#include <algorithm>
#include <optional>

namespace souk::inventory {

namespace {

constexpr std::string_view kMoved = R"(
SELECT variant_id, integration_id, inventory_item_id, location_external_id, sum(delta)::bigint AS delta
FROM stock_ledger
WHERE store_id = $1 AND order_id = $2 AND state <> 'refused'
GROUP BY 1, 2, 3, 4 HAVING sum(delta) <> 0 ORDER BY max(id::text))";

constexpr std::string_view kOpen = R"(
SELECT batch_id, variant_id, integration_id, inventory_item_id, location_external_id, delta
FROM stock_ledger
WHERE store_id = $1 AND order_id = $2 AND state = 'planned' ORDER BY batch_id, id)";

constexpr std::string_view kExpire = R"(
UPDATE stock_ledger SET state = 'refused', settled_at = $4,
    reason = 'the integration that keeps the stock was away for too long'
WHERE store_id = $1 AND integration_id = $2 AND state = 'planned' AND created_at < $3)";

constexpr std::string_view kWaiting = R"(
SELECT DISTINCT o.id, o.integration_id
FROM stock_ledger s JOIN orders o ON o.store_id = $1 AND o.id = s.order_id
WHERE s.store_id = $1 AND s.integration_id = $2 AND s.state = 'planned' ORDER BY o.id)";

constexpr std::string_view kRefusers = R"(
SELECT DISTINCT integration_id FROM stock_ledger
WHERE store_id = $1 AND order_id = $2 AND state = 'refused')";

constexpr std::string_view kPlan = R"(
INSERT INTO stock_ledger (store_id, batch_id, order_id, integration_id, created_at, state, id,
                          variant_id, inventory_item_id, location_external_id, delta)
SELECT $1, $2, $3, $4, $5, 'planned', *
FROM unnest($6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::bigint[]))";

constexpr std::string_view kSettle = R"(
UPDATE stock_ledger
SET state = CASE WHEN $3 = '' THEN 'done' ELSE 'refused' END, reason = nullif($3, ''), settled_at = $4
WHERE store_id = $1 AND batch_id = $2 AND state = 'planned')";

Move moveIn(const store::Row& row) {
    return {row.uuid("variant_id"),
            row.uuid("integration_id"),
            row.text("inventory_item_id"),
            row.text("location_external_id"),
            row.integer("delta")};
}

Move moveAt(const VariantStock& level, std::int64_t delta) {
    return {level.variantId,
            level.integrationId,
            level.inventoryItemId,
            level.locationExternalId,
            delta};
}

}  // namespace

std::vector<Move> movedBy(store::Transaction& tx,
                          const core::Uuid& storeId,
                          const core::Uuid& orderId) {
    std::vector<Move> moved;
    for (const store::Row row : tx.query(kMoved, storeId, orderId)) moved.push_back(moveIn(row));
    return moved;
}

std::vector<MoveBatch> openBatches(store::Transaction& tx,
                                   const core::Uuid& storeId,
                                   const core::Uuid& orderId) {
    std::vector<MoveBatch> batches;
    for (const store::Row row : tx.query(kOpen, storeId, orderId)) {
        const auto id = row.uuid("batch_id");
        if (batches.empty() || batches.back().id != id)
            batches.push_back({id, row.uuid("integration_id"), {}});
        batches.back().moves.push_back(moveIn(row));
    }
    return batches;
}

std::vector<WaitingSale> waitingFor(store::Transaction& tx,
                                    const core::Uuid& storeId,
                                    const core::Uuid& keeper,
                                    sdk::Timestamp since,
                                    sdk::Timestamp now) {
    tx.query(kExpire, storeId, keeper, since, now);
    std::vector<WaitingSale> sales;
    for (const store::Row row : tx.query(kWaiting, storeId, keeper))
        sales.push_back({row.uuid("id"), row.uuid("integration_id")});
    return sales;
}

std::set<core::Uuid> refusersOf(store::Transaction& tx,
                                const core::Uuid& storeId,
                                const core::Uuid& orderId) {
    std::set<core::Uuid> refusers;
    for (const store::Row row : tx.query(kRefusers, storeId, orderId))
        refusers.insert(row.uuid("integration_id"));
    return refusers;
}

void planBatch(store::Transaction& tx,
               const core::Uuid& storeId,
               const core::Uuid& orderId,
               const MoveBatch& batch,
               sdk::Timestamp now) {
    std::vector<core::Uuid> ids;
    std::vector<core::Uuid> variants;
    std::vector<std::string> items;
    std::vector<std::string> locations;
    std::vector<std::int64_t> deltas;
    for (const auto& move : batch.moves) {
        ids.push_back(core::newId());
        variants.push_back(move.variantId);
        items.push_back(move.inventoryItemId);
        locations.push_back(move.locationExternalId);
        deltas.push_back(move.delta);
    }
    tx.query(kPlan,
             storeId,
             batch.id,
             orderId,
             batch.integrationId,
             now,
             ids,
             variants,
             items,
             locations,
             deltas);
}

void settleBatch(store::Transaction& tx,
                 const core::Uuid& storeId,
                 const core::Uuid& batchId,
                 std::string_view refusal,
                 sdk::Timestamp now) {
    tx.query(kSettle, storeId, batchId, refusal, now);
}

std::vector<Move> takeFrom(const std::vector<VariantStock>& levels, std::int64_t units) {
    std::vector<VariantStock> tracked;
    for (const auto& level : levels)
        if (level.available) tracked.push_back(level);
    std::ranges::stable_sort(tracked, [](const auto& one, const auto& other) {
        return *one.available > *other.available;
    });
    std::vector<Move> moves;
    for (const auto& level : tracked) {
        const auto here = std::min(units, *level.available);
        if (here <= 0) break;
        moves.push_back(moveAt(level, -here));
        units -= here;
    }
    if (units <= 0 || tracked.empty()) return moves;
    if (moves.empty()) moves.push_back(moveAt(tracked.front(), 0));
    moves.front().delta -= units;
    return moves;
}

std::vector<Move> giveBack(const std::vector<Move>& moved, std::int64_t units) {
    std::vector<Move> moves;
    for (auto taken = moved.rbegin(); taken != moved.rend() && units > 0; ++taken) {
        const auto here = std::min(units, -taken->delta);
        if (here <= 0) continue;
        moves.push_back(*taken);
        moves.back().delta = here;
        units -= here;
    }
    return moves;
}

}  // namespace souk::inventory
