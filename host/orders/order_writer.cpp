#include "orders/content.hpp"
#include "orders/eraser.hpp"
#include "orders/order_rows.hpp"
#include "orders/writer.hpp"

namespace souk::orders {

namespace {

constexpr store::GuardedTable kOrderTable{.see = R"(
SELECT t.* FROM unnest($3::text[]) AS k(key) CROSS JOIN LATERAL (
    SELECT external_id AS key, id, content_hash, source_version,
           deleted_version, deleted_at IS NOT NULL AS deleted, NULL::uuid AS parent_id
    FROM orders
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key OFFSET 0) t)",
                                          .lock = R"(
SELECT t.* FROM (SELECT unnest($3::text[]) AS key ORDER BY 1) k CROSS JOIN LATERAL (
    SELECT external_id AS key, id, content_hash, source_version,
           deleted_version, deleted_at IS NOT NULL AS deleted, NULL::uuid AS parent_id
    FROM orders
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key FOR UPDATE) t)"};

// An upsert that always finds its row: unlike an UPDATE it cannot be planned as a scan.
constexpr std::string_view kTouchOrders = R"(
INSERT INTO orders (store_id, id, integration_id, external_id, source_version)
SELECT $1, id, $2, external_id, stamp
FROM unnest($3::uuid[], $4::text[], $5::timestamptz[]) AS x(id, external_id, stamp)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    source_version = excluded.source_version, synced_at = now())";

constexpr std::string_view kDropOrders = R"(
INSERT INTO orders AS o (store_id, id, integration_id, external_id, deleted_version, deleted_at)
SELECT $1, id, $2, external_id, stamp, $6
FROM unnest($3::uuid[], $4::text[], $5::timestamptz[]) AS x(id, external_id, stamp)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    deleted_version = excluded.deleted_version,
    deleted_at = coalesce(o.deleted_at, excluded.deleted_at),
    updated_at = CASE WHEN o.deleted_at IS NULL THEN now() ELSE o.updated_at END,
    version = CASE WHEN o.deleted_at IS NULL THEN o.version + 1 ELSE o.version END,
    synced_at = now())";

std::string orderLock(const store::RecordScope& scope) {
    return "souk:order:" + scope.integrationId.text();
}

std::vector<store::Incoming> pageOf(const std::vector<const sdk::Order*>& orders) {
    std::vector<store::Incoming> page;
    page.reserve(orders.size());
    for (const sdk::Order* order : orders) {
        store::Incoming incoming;
        incoming.key = order->externalId;
        incoming.hash = contentHash(*order);
        if (order->updatedAt != sdk::Timestamp{}) incoming.version = order->updatedAt;
        incoming.partial = order->partial;
        incoming.index = page.size();
        page.push_back(std::move(incoming));
    }
    return page;
}

}  // namespace

std::vector<store::Effect> writeOrders(store::Transaction& tx,
                                       const store::RecordScope& scope,
                                       const std::vector<const sdk::Order*>& orders) {
    std::vector<store::Effect> effects;
    std::vector<store::Incoming> page = store::newestOfEach(scope, pageOf(orders), effects);
    store::settle(tx, scope, kOrderTable, orderLock(scope), store::ruleOnContent, page);
    store::touch(tx, scope, kTouchOrders, page);
    std::vector<OrderPlan> plans;
    for (const store::Incoming& incoming : page) {
        store::Effect effect = store::contentEffectOf(incoming);
        if (store::writesContent(effect.verdict))
            plans.push_back({.order = orders[incoming.index],
                             .id = *effect.entityId,
                             .hash = incoming.hash,
                             .stamp = incoming.version.value_or(scope.now),
                             .fresh = !incoming.known});
        effects.push_back(std::move(effect));
    }
    if (plans.empty()) return effects;
    writeOrderRows(tx, scope, plans);
    writeLines(tx, scope, plans);
    writeRefunds(tx, scope, plans);
    writeFulfilments(tx, scope, plans);
    std::vector<core::Uuid> written;
    written.reserve(plans.size());
    for (const OrderPlan& plan : plans) written.push_back(plan.id);
    eraseOrdersAgain(tx, scope, written);
    return effects;
}

std::vector<store::Effect> removeOrders(store::Transaction& tx,
                                        const store::RecordScope& scope,
                                        const std::vector<store::Departure>& departures,
                                        store::Rule* rule) {
    std::vector<store::Incoming> page = store::pageOf(departures);
    store::settle(tx, scope, kOrderTable, orderLock(scope), rule, page);
    store::Tombstones tombstones;
    std::vector<store::Effect> effects;
    effects.reserve(page.size());
    for (const store::Incoming& incoming : page) effects.push_back(tombstones.add(scope, incoming));
    tombstones.write(tx, scope, kDropOrders);
    return effects;
}

}  // namespace souk::orders
