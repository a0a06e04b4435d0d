#include "inventory/reader.hpp"

namespace souk::inventory {

namespace {

constexpr std::string_view kStockOf = R"(
SELECT l.variant_id, i.integration_id, i.inventory_item_id, i.location_external_id, i.available,
       i.source_version
FROM variant_listing l
JOIN inventory i ON i.store_id = $1 AND i.integration_id = l.integration_id
    AND i.inventory_item_id = l.inventory_item_id AND i.deleted_at IS NULL
WHERE l.store_id = $1 AND l.variant_id = ANY ($2) AND l.deleted_at IS NULL AND NOT l.published
ORDER BY l.variant_id, i.integration_id, i.location_external_id, i.inventory_item_id)";

constexpr std::string_view kStockToCome = R"(
SELECT DISTINCT l.variant_id, l.integration_id
FROM unnest($2::uuid[]) AS k(id)
CROSS JOIN LATERAL (
    SELECT variant_id, integration_id, inventory_item_id FROM variant_listing
    WHERE store_id = $1 AND variant_id = k.id AND deleted_at IS NULL AND NOT published
      AND inventory_item_id IS NOT NULL OFFSET 0) l
LEFT JOIN LATERAL (
    SELECT true AS told FROM inventory
    WHERE store_id = $1 AND integration_id = l.integration_id
      AND inventory_item_id = l.inventory_item_id AND deleted_at IS NULL LIMIT 1) i ON true
WHERE i.told IS NULL ORDER BY l.variant_id, l.integration_id)";

}  // namespace

std::vector<VariantStock> stockOf(store::Transaction& tx,
                                  const core::Uuid& storeId,
                                  const std::vector<core::Uuid>& variantIds) {
    std::vector<VariantStock> levels;
    if (variantIds.empty()) return levels;
    for (const store::Row row : tx.query(kStockOf, storeId, variantIds)) {
        VariantStock level;
        level.variantId = row.uuid("variant_id");
        level.integrationId = row.uuid("integration_id");
        level.inventoryItemId = row.text("inventory_item_id");
        level.locationExternalId = row.text("location_external_id");
        level.available = row.maybeInteger("available");
        level.sourceVersion = row.time("source_version");
        levels.push_back(std::move(level));
    }
    return levels;
}

std::vector<StockToCome> stockToCome(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const std::vector<core::Uuid>& variantIds) {
    std::vector<StockToCome> listed;
    if (variantIds.empty()) return listed;
    for (const store::Row row : tx.query(kStockToCome, storeId, variantIds))
        listed.push_back({row.uuid("variant_id"), row.uuid("integration_id")});
    return listed;
}

}  // namespace souk::inventory
