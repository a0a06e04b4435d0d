#include "catalog/product_rows.hpp"
#include "catalog/product_table.hpp"
#include "catalog/writer.hpp"

#include <souk/sdk/time.hpp>

#include <map>
#include <set>

namespace souk::catalog {

namespace {

constexpr std::string_view kLockProducts =
    "SELECT id FROM product WHERE store_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE";

// A tombstone is made even for a listing never seen: its late creation must find it.
constexpr std::string_view kDropListings = R"(
WITH page AS (
    SELECT * FROM unnest($5::uuid[], $6::text[], $7::timestamptz[]) AS x(id, external_id, stamp)
), listed AS (
    INSERT INTO product_listing (store_id, id, integration_id, external_id, deleted_version,
                                 deleted_at)
    SELECT $1, id, $2, external_id, stamp, $8 FROM page
    ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
        deleted_version = excluded.deleted_version,
        deleted_at = coalesce(product_listing.deleted_at, excluded.deleted_at), synced_at = now()
    RETURNING product_id, external_id
)
UPDATE product p SET
    platform_sync = p.platform_sync || jsonb_build_object($3::text, jsonb_build_object(
        'synced', false, 'productId', l.external_id, 'lastSyncAt', $4::text)),
    updated_at = now(), version = p.version + 1
FROM listed l
WHERE p.store_id = $1 AND p.id = l.product_id
  AND p.platform_sync -> $3::text -> 'synced' IS DISTINCT FROM 'false'::jsonb)";

// By way of the products' variants: an index by listing would be paid for with every insert.
constexpr std::string_view kListedVariants = R"(
SELECT l.id, l.variant_id
FROM unnest($2::uuid[]) AS k(product_id)
CROSS JOIN LATERAL (
    SELECT id FROM product_variant WHERE store_id = $1 AND product_id = k.product_id OFFSET 0) v
CROSS JOIN LATERAL (
    SELECT id, variant_id, listing_id FROM variant_listing
    WHERE store_id = $1 AND variant_id = v.id AND deleted_at IS NULL OFFSET 0) l
WHERE l.listing_id = ANY ($3))";

constexpr std::string_view kRetireProducts = R"(
UPDATE product p SET deleted_at = $3
WHERE p.store_id = $1 AND p.id = ANY ($2) AND p.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM product_listing l
                  WHERE l.store_id = $1 AND l.product_id = p.id AND l.deleted_at IS NULL
                    AND NOT l.published)
RETURNING p.id)";

// The new lead's fields beyond these three come with the next reading of it, which its emptied
// content_hash makes certain to be applied.
constexpr std::string_view kMoveLeads = R"(
WITH heir AS (
    SELECT DISTINCT ON (l.product_id) l.product_id, l.id, l.integration_id, l.external_id,
           l.title, l.handle, l.status
    FROM product_listing l
    WHERE l.store_id = $1 AND l.product_id = ANY ($2) AND l.deleted_at IS NULL
      AND NOT l.published
    ORDER BY l.product_id, l.id
), moved AS (
    UPDATE product p SET lead_integration_id = h.integration_id, title = h.title,
                         handle = h.handle, status = h.status
    FROM heir h
    WHERE p.store_id = $1 AND p.id = h.product_id
      AND NOT EXISTS (SELECT 1 FROM product_listing l
                      WHERE l.store_id = $1 AND l.product_id = p.id AND l.deleted_at IS NULL
                        AND l.integration_id = p.lead_integration_id)
    RETURNING p.id
)
UPDATE product_listing l SET content_hash = NULL
FROM heir h JOIN moved m ON m.id = h.product_id
WHERE l.store_id = $1 AND l.id = h.id
RETURNING l.integration_id, l.external_id, l.product_id)";

struct Dropped {
    std::vector<core::Uuid> rows, listings, products;
    std::vector<std::string> externalIds;
    std::vector<sdk::Timestamp> stamps;
};

Dropped droppedOf(const store::RecordScope& scope, const std::vector<store::Incoming>& page) {
    Dropped dropped;
    for (const store::Incoming& incoming : page) {
        const store::Verdict verdict = incoming.ruling.verdict;
        if (verdict != store::Verdict::Deleted && verdict != store::Verdict::Touched) continue;
        dropped.rows.push_back(incoming.known ? incoming.known->id : core::newId());
        dropped.externalIds.push_back(incoming.key);
        dropped.stamps.push_back(store::tombstoneVersion(scope, incoming));
        if (!incoming.known) continue;
        dropped.listings.push_back(incoming.known->id);
        if (incoming.known->parentId) dropped.products.push_back(*incoming.known->parentId);
    }
    return dropped;
}

void drop(store::Transaction& tx, const store::RecordScope& scope, const Dropped& dropped) {
    if (!dropped.products.empty()) tx.query(kLockProducts, scope.storeId, dropped.products);
    tx.query(kDropListings,
             scope.storeId,
             scope.integrationId,
             scope.integrationName,
             sdk::rfc3339(scope.now),
             dropped.rows,
             dropped.externalIds,
             dropped.stamps,
             scope.now);
    if (dropped.products.empty()) return;
    GoneVariants gone;
    for (const store::Row row :
         tx.query(kListedVariants, scope.storeId, dropped.products, dropped.listings)) {
        gone.rows.push_back(row.uuid("id"));
        gone.variants.push_back(row.uuid("variant_id"));
    }
    retireVariants(tx, scope, gone);
}

std::set<core::Uuid> retireProducts(store::Transaction& tx,
                                    const store::RecordScope& scope,
                                    const Dropped& dropped) {
    std::set<core::Uuid> retired;
    if (dropped.products.empty()) return retired;
    for (const store::Row row :
         tx.query(kRetireProducts, scope.storeId, dropped.products, scope.now))
        retired.insert(row.uuid("id"));
    return retired;
}

void moveLeads(store::Transaction& tx,
               const store::RecordScope& scope,
               const Dropped& dropped,
               std::vector<store::Effect>& effects) {
    if (dropped.products.empty()) return;
    for (const store::Row row : tx.query(kMoveLeads, scope.storeId, dropped.products)) {
        store::Effect effect;
        effect.verdict = store::Verdict::Refetch;
        effect.key = row.text("external_id");
        effect.entityId = row.uuid("product_id");
        effect.why = "leads its product now that the former lead is gone";
        effect.integrationId = row.uuid("integration_id");
        effects.push_back(std::move(effect));
    }
}

}  // namespace

std::vector<store::Effect> removeProducts(store::Transaction& tx,
                                          const store::RecordScope& scope,
                                          const std::vector<store::Departure>& departures,
                                          store::Rule* rule) {
    std::vector<store::Effect> effects;
    std::vector<store::Incoming> page = store::pageOf(departures);
    store::settle(tx, scope, kListingTable, creationLock(scope), rule, page);
    const Dropped dropped = droppedOf(scope, page);
    std::set<core::Uuid> retired;
    if (!dropped.rows.empty()) {
        drop(tx, scope, dropped);
        retired = retireProducts(tx, scope, dropped);
        moveLeads(tx, scope, dropped, effects);
    }
    for (const store::Incoming& incoming : page) {
        store::Effect effect = store::effectOf(incoming);
        effect.entityId = incoming.known ? incoming.known->parentId : std::nullopt;
        if (effect.verdict == store::Verdict::Deleted && effect.entityId)
            effect.change = retired.contains(*effect.entityId) ? "deleted" : "updated";
        effects.push_back(std::move(effect));
    }
    return effects;
}

}  // namespace souk::catalog
