#include "catalog/detail.hpp"

#include <map>

namespace souk::catalog {

namespace {

constexpr std::string_view kVariants = R"(
SELECT id, position, title, sku, barcode, price_minor, compare_at_minor, currency,
       options::text AS options, taxable, inventory_policy, updated_at
FROM product_variant
WHERE store_id = $1 AND product_id = $2 AND deleted_at IS NULL ORDER BY position, id)";

constexpr std::string_view kVariantListings = R"(
SELECT l.variant_id, l.integration_id, l.external_id, l.inventory_item_id, l.sku, l.barcode,
       l.price_minor, l.compare_at_minor, l.currency
FROM product_variant v
JOIN variant_listing l ON l.store_id = $1 AND l.variant_id = v.id AND l.deleted_at IS NULL
WHERE v.store_id = $1 AND v.product_id = $2 AND v.deleted_at IS NULL
ORDER BY l.integration_id, l.external_id)";

constexpr std::string_view kStock = R"(
SELECT l.variant_id, i.integration_id, i.inventory_item_id, i.location_external_id,
       p.name AS location_name, i.available, i.source_version
FROM product_variant v
JOIN variant_listing l ON l.store_id = $1 AND l.variant_id = v.id AND l.deleted_at IS NULL
    AND NOT l.published
JOIN inventory i ON i.store_id = $1 AND i.integration_id = l.integration_id
    AND i.inventory_item_id = l.inventory_item_id AND i.deleted_at IS NULL
LEFT JOIN location p ON p.store_id = $1 AND p.integration_id = i.integration_id
    AND p.external_id = i.location_external_id AND p.deleted_at IS NULL
WHERE v.store_id = $1 AND v.product_id = $2 AND v.deleted_at IS NULL
ORDER BY i.integration_id, i.location_external_id, i.inventory_item_id)";

constexpr std::string_view kListings = R"(
SELECT l.id, l.integration_id, coalesce(i.name, '') AS integration_name,
       coalesce(i.platform, '') AS platform, l.external_id, l.title, l.handle, l.status,
       l.source_version, l.deleted_at, l.synced_at, l.published, l.publish_state, l.publish_error,
       l.pushed_at
FROM product_listing l
LEFT JOIN integration i ON i.store_id = $1 AND i.id = l.integration_id
WHERE l.store_id = $1 AND l.product_id = $2 ORDER BY l.id)";

using ById = std::map<core::Uuid, VariantDetail*>;

VariantDetail variantOf(const store::Row& row) {
    VariantDetail variant;
    variant.id = row.uuid("id");
    variant.position = row.integer("position");
    variant.title = row.text("title");
    variant.sku = row.maybeText("sku");
    variant.barcode = row.maybeText("barcode");
    variant.price = moneyOf(row, "price_minor");
    variant.compareAtPrice = moneyOf(row, "compare_at_minor");
    variant.options = row.text("options");
    variant.taxable = row.maybeBoolean("taxable");
    variant.inventoryPolicy = row.maybeText("inventory_policy");
    variant.updatedAt = row.time("updated_at");
    return variant;
}

void addListing(const store::Row& row, const ById& byId) {
    const auto found = byId.find(row.uuid("variant_id"));
    if (found == byId.end()) return;
    VariantListing listing;
    listing.integrationId = row.uuid("integration_id");
    listing.externalId = row.text("external_id");
    listing.inventoryItemId = row.maybeText("inventory_item_id");
    listing.sku = row.maybeText("sku");
    listing.barcode = row.maybeText("barcode");
    listing.price = moneyOf(row, "price_minor");
    listing.compareAtPrice = moneyOf(row, "compare_at_minor");
    found->second->listings.push_back(std::move(listing));
}

void addStock(const store::Row& row, const ById& byId) {
    const auto found = byId.find(row.uuid("variant_id"));
    if (found == byId.end()) return;
    StockAt stock;
    stock.integrationId = row.uuid("integration_id");
    stock.inventoryItemId = row.text("inventory_item_id");
    stock.locationExternalId = row.text("location_external_id");
    stock.locationName = row.maybeText("location_name");
    stock.available = row.maybeInteger("available");
    stock.sourceVersion = row.time("source_version");
    found->second->stock.push_back(std::move(stock));
}

}  // namespace

std::vector<VariantDetail> variantsOf(store::Transaction& tx,
                                      const core::Uuid& storeId,
                                      const core::Uuid& productId) {
    std::vector<VariantDetail> variants;
    for (const store::Row row : tx.query(kVariants, storeId, productId))
        variants.push_back(variantOf(row));
    ById byId;
    for (VariantDetail& variant : variants) byId.emplace(variant.id, &variant);
    for (const store::Row row : tx.query(kVariantListings, storeId, productId))
        addListing(row, byId);
    for (const store::Row row : tx.query(kStock, storeId, productId)) addStock(row, byId);
    return variants;
}

std::vector<ProductListing> listingsOf(store::Transaction& tx,
                                       const core::Uuid& storeId,
                                       const core::Uuid& productId) {
    std::vector<ProductListing> listings;
    for (const store::Row row : tx.query(kListings, storeId, productId)) {
        ProductListing listing;
        listing.id = row.uuid("id");
        listing.integrationId = row.uuid("integration_id");
        listing.integrationName = row.text("integration_name");
        listing.platform = row.text("platform");
        listing.externalId = row.text("external_id");
        listing.title = row.text("title");
        listing.handle = row.text("handle");
        listing.status = row.text("status");
        listing.sourceVersion = row.maybeTime("source_version");
        listing.deletedAt = row.maybeTime("deleted_at");
        listing.syncedAt = row.time("synced_at");
        listing.published = row.boolean("published");
        listing.publishState = row.maybeText("publish_state");
        listing.publishError = row.maybeText("publish_error");
        listing.pushedAt = row.maybeTime("pushed_at");
        listings.push_back(std::move(listing));
    }
    return listings;
}

}  // namespace souk::catalog
