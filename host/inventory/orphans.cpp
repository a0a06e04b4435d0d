#include "inventory/level_lock.hpp"
#include "inventory/writer.hpp"

namespace souk::inventory {

namespace {

// Items that variants had, of which none is listed any more. An item that no variant ever had is no
// orphan but a stranger.
constexpr std::string_view kDeadItems = R"(
SELECT c.item
FROM (
    SELECT d.inventory_item_id AS item
    FROM unnest($3::text[]) AS k(key)
    CROSS JOIN LATERAL (
        SELECT id, product_id FROM product_listing
        WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key OFFSET 0) p
    CROSS JOIN LATERAL (
        SELECT id FROM product_variant
        WHERE store_id = $1 AND product_id = p.product_id OFFSET 0) v
    CROSS JOIN LATERAL (
        SELECT inventory_item_id FROM variant_listing
        WHERE store_id = $1 AND variant_id = v.id AND listing_id = p.id
          AND deleted_at IS NOT NULL AND inventory_item_id IS NOT NULL OFFSET 0) d
    UNION
    SELECT split_part(key, '@', 1) FROM unnest($4::text[]) AS k(key)
) c
CROSS JOIN LATERAL (
    SELECT bool_or(deleted_at IS NULL) AS listed FROM variant_listing
    WHERE store_id = $1 AND inventory_item_id = c.item AND integration_id = $2) l
WHERE NOT l.listed)";

constexpr std::string_view kStrangers = R"(
SELECT k.item FROM (
    SELECT DISTINCT split_part(key, '@', 1) AS item FROM unnest($3::text[]) AS x(key)) k
LEFT JOIN LATERAL (
    SELECT true AS had FROM variant_listing
    WHERE store_id = $1 AND inventory_item_id = k.item AND integration_id = $2 LIMIT 1) l ON true
WHERE l.had IS NULL)";

// A level keeps its own stamp as the tombstone's: one that comes later is newer and is asked for.
// An upsert of rows that are there, so that each is found by the whole index.
constexpr std::string_view kDropLevelsOf = R"(
INSERT INTO inventory (store_id, id, integration_id, inventory_item_id, location_external_id,
                       source_version)
SELECT $1, t.id, $2, t.inventory_item_id, t.location_external_id, t.source_version
FROM unnest($3::text[]) AS k(item) CROSS JOIN LATERAL (
    SELECT id, inventory_item_id, location_external_id, source_version FROM inventory
    WHERE store_id = $1 AND integration_id = $2 AND inventory_item_id = k.item
      AND deleted_at IS NULL OFFSET 0) t
ON CONFLICT (store_id, integration_id, inventory_item_id, location_external_id) DO UPDATE SET
    available = NULL, deleted_at = $4, deleted_version = inventory.source_version,
    synced_at = now()
WHERE inventory.deleted_at IS NULL
RETURNING id, inventory_item_id || '@' || location_external_id AS key)";

}  // namespace

std::vector<store::Effect> dropLevelsOf(store::Transaction& tx,
                                        const store::RecordScope& scope,
                                        const std::vector<std::string>& items,
                                        std::string_view why) {
    std::vector<store::Effect> effects;
    if (items.empty()) return effects;
    store::lockCreation(tx, levelLock(scope));
    for (const store::Row row :
         tx.query(kDropLevelsOf, scope.storeId, scope.integrationId, items, scope.now)) {
        store::Effect effect;
        effect.verdict = store::Verdict::Deleted;
        effect.key = row.text("key");
        effect.entityId = row.uuid("id");
        effect.why = why;
        effect.change = "deleted";
        effects.push_back(std::move(effect));
    }
    return effects;
}

std::vector<store::Effect> removeOrphans(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<std::string>& productKeys,
                                         const std::vector<std::string>& levelKeys) {
    std::vector<std::string> items;
    for (const store::Row row :
         tx.query(kDeadItems, scope.storeId, scope.integrationId, productKeys, levelKeys))
        items.push_back(row.text("item"));
    return dropLevelsOf(tx, scope, items, "its variant is gone from the platform");
}

std::vector<std::string> strangers(store::Transaction& tx,
                                   const store::RecordScope& scope,
                                   const std::vector<std::string>& levelKeys) {
    std::vector<std::string> items;
    for (const store::Row row : tx.query(kStrangers, scope.storeId, scope.integrationId, levelKeys))
        items.push_back(row.text("item"));
    return items;
}

}  // namespace souk::inventory
