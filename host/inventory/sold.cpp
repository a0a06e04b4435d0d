#include "inventory/sold.hpp"

#include <souk/sdk/json.hpp>

namespace souk::inventory {

namespace {

// Each line is looked up by itself, by both ids what it names may have.
constexpr std::string_view kFromElsewhere = R"(
SELECT k.id FROM unnest($3::uuid[]) AS k(id)
WHERE NOT (SELECT EXISTS (SELECT FROM inventory WHERE store_id = $1 AND integration_id = $2))
   OR (SELECT count(*) FROM (
           SELECT variant_external_id AS sold FROM order_items
           WHERE store_id = $1 AND order_id = k.id AND variant_external_id IS NOT NULL
           OFFSET 0) i
       CROSS JOIN LATERAL (
           (SELECT 1 FROM variant_listing
            WHERE store_id = $1 AND shown_id = i.sold AND integration_id = $2 AND published LIMIT 1)
           UNION ALL
           (SELECT 1 FROM variant_listing
            WHERE store_id = $1 AND integration_id = $2 AND external_id = i.sold
              AND published LIMIT 1)) l) > 0)";

// What is in the ledger was known already.
constexpr std::string_view kSalesOf = R"(
SELECT DISTINCT o.id FROM unnest($3::text[]) AS k(shown_id)
CROSS JOIN LATERAL (
    SELECT order_id FROM order_items
    WHERE store_id = $1 AND variant_external_id = k.shown_id OFFSET 0) i
CROSS JOIN LATERAL (
    SELECT id FROM orders WHERE store_id = $1 AND id = i.order_id AND integration_id = $2
    OFFSET 0) o
CROSS JOIN LATERAL (
    SELECT variant_id FROM variant_listing
    WHERE store_id = $1 AND shown_id = k.shown_id AND integration_id = $2 LIMIT 1) l
WHERE NOT EXISTS (SELECT FROM stock_ledger s WHERE s.store_id = $1 AND s.order_id = o.id
                    AND s.variant_id = l.variant_id))";

// What the hub put there may be bought before it is known to be there: then only its offer says
// which variant it is. Of what the hub does not know the variant is null; a line without one, like
// a tip, is no stock. Who keeps stock takes what is its own off it alone: of its orders only what
// the hub offers there is looked at, and what was taken once. A variant with an item of its own is
// the seller's, whether or not the stock of it is told yet.
constexpr std::string_view kSold = R"(
SELECT coalesce(l.variant_id, s.variant_id, f.variant_id) AS variant_id,
       sum(CASE WHEN o.cancelled_at IS NULL AND o.deleted_at IS NULL AND NOT o.test
                THEN i.current_quantity ELSE 0 END)::bigint AS units
FROM orders o
JOIN order_items i ON i.store_id = $1 AND i.order_id = o.id
LEFT JOIN variant_listing l ON l.store_id = $1 AND l.integration_id = o.integration_id
    AND l.external_id = i.variant_external_id
LEFT JOIN LATERAL (
    SELECT variant_id FROM variant_listing
    WHERE store_id = $1 AND shown_id = i.variant_external_id AND integration_id = o.integration_id
      AND published LIMIT 1) s ON true
LEFT JOIN offer f ON f.store_id = $1 AND f.integration_id = o.integration_id
    AND f.external_id = i.variant_external_id
WHERE o.store_id = $1 AND o.id = $2 AND coalesce(i.variant_external_id, '') <> ''
  AND (l.published OR s.variant_id IS NOT NULL OR l.id IS NULL AND f.variant_id IS NOT NULL
       OR l.inventory_item_id IS NULL
          AND NOT EXISTS (SELECT FROM inventory
                          WHERE store_id = $1 AND integration_id = o.integration_id)
       OR EXISTS (SELECT FROM stock_ledger g
                  WHERE g.store_id = $1 AND g.order_id = o.id
                    AND g.variant_id = coalesce(l.variant_id, f.variant_id)))
GROUP BY 1 ORDER BY 1)";

constexpr std::string_view kAge = R"(
SELECT extract(epoch FROM now() - created_at)::bigint AS seconds FROM orders
WHERE store_id = $1 AND id = $2)";

}  // namespace

jobs::NewJob saleJob(const core::Uuid& integrationId, const core::Uuid& orderId) {
    jobs::NewJob job;
    job.integrationId = integrationId;
    job.kind = kSaleKind;
    job.dedupe = orderId.text();
    job.payload = sdk::JsonWriter().object().key("order").text(orderId.text()).end().take();
    job.priority = jobs::kLive;
    return job;
}

std::vector<core::Uuid> soldFromElsewhere(store::Transaction& tx,
                                          const store::RecordScope& scope,
                                          const std::vector<core::Uuid>& orders) {
    std::vector<core::Uuid> sold;
    for (const store::Row row :
         tx.query(kFromElsewhere, scope.storeId, scope.integrationId, orders))
        sold.push_back(row.uuid("id"));
    return sold;
}

std::vector<jobs::NewJob> salesOf(store::Transaction& tx,
                                  const core::Uuid& storeId,
                                  const core::Uuid& integrationId,
                                  const std::vector<std::string>& shownIds) {
    std::vector<jobs::NewJob> sales;
    if (shownIds.empty()) return sales;
    for (const store::Row row : tx.query(kSalesOf, storeId, integrationId, shownIds))
        sales.push_back(saleJob(integrationId, row.uuid("id")));
    return sales;
}

std::vector<SoldUnits> soldBy(store::Transaction& tx,
                              const core::Uuid& storeId,
                              const core::Uuid& orderId) {
    std::vector<SoldUnits> sold;
    for (const store::Row row : tx.query(kSold, storeId, orderId))
        sold.push_back({row.maybeUuid("variant_id"), row.integer("units")});
    return sold;
}

std::optional<std::chrono::seconds> ageOf(store::Transaction& tx,
                                          const core::Uuid& storeId,
                                          const core::Uuid& orderId) {
    const auto rows = tx.query(kAge, storeId, orderId);
    if (rows.empty()) return std::nullopt;
    return std::chrono::seconds(rows[0].integer("seconds"));
}

}  // namespace souk::inventory
