#include "catalog/reader.hpp"

#include "catalog/detail.hpp"
#include "store/sql.hpp"

namespace souk::catalog {

namespace {

constexpr char kSummary[] = R"(
SELECT p.id, p.lead_integration_id, p.title, p.vendor, p.product_type, p.handle, p.status, p.tags,
       p.published_at, p.platform_sync::text AS platform_sync, p.created_at, p.updated_at,
       p.deleted_at, p.version, p.description_html, p.options::text AS options,
       p.media::text AS media, v.variants, v.lowest, v.highest, v.currency, s.available,
       coalesce(s.in_stock, false) AS in_stock)";

// Prices are compared within one currency: a product's variants have the lead platform's.
constexpr char kFigures[] = R"(
CROSS JOIN LATERAL (
    SELECT count(*) AS variants, min(price_minor) AS lowest, max(price_minor) AS highest,
           min(currency) FILTER (WHERE price_minor IS NOT NULL) AS currency
    FROM product_variant WHERE store_id = $1 AND product_id = p.id AND deleted_at IS NULL) v
CROSS JOIN LATERAL (
    SELECT sum(i.available)::bigint AS available,
           bool_or(i.available IS NULL OR i.available > 0) AS in_stock
    FROM product_variant pv
    JOIN variant_listing l ON l.store_id = $1 AND l.variant_id = pv.id AND l.deleted_at IS NULL
        AND NOT l.published
    JOIN inventory i ON i.store_id = $1 AND i.integration_id = l.integration_id
        AND i.inventory_item_id = l.inventory_item_id AND i.deleted_at IS NULL
    WHERE pv.store_id = $1 AND pv.product_id = p.id AND pv.deleted_at IS NULL) s)";

constexpr char kPage[] = R"(
FROM (
    SELECT * FROM product c
    WHERE c.store_id = $1 AND c.deleted_at IS NULL AND (c.updated_at, c.id) > ($2, $3)
      AND c.updated_at >= $4
      AND ($5::text IS NULL OR c.status = $5)
      AND ($6::text IS NULL OR lower(c.vendor) = lower($6))
      AND ($7::text IS NULL OR c.title ILIKE $7 OR c.vendor ILIKE $7 OR EXISTS (
              SELECT 1 FROM product_variant x
              WHERE x.store_id = $1 AND x.product_id = c.id AND x.deleted_at IS NULL
                AND (x.sku ILIKE $7 OR x.barcode ILIKE $7)))
      AND ($8::uuid IS NULL OR EXISTS (
              SELECT 1 FROM product_listing x
              WHERE x.store_id = $1 AND x.product_id = c.id AND x.integration_id = $8
                AND x.deleted_at IS NULL))
      AND ($9::bool IS NULL OR $9 = EXISTS (
              SELECT 1 FROM product_variant x
              JOIN variant_listing l ON l.store_id = $1 AND l.variant_id = x.id
                  AND l.deleted_at IS NULL AND NOT l.published
              JOIN inventory i ON i.store_id = $1 AND i.integration_id = l.integration_id
                  AND i.inventory_item_id = l.inventory_item_id AND i.deleted_at IS NULL
              WHERE x.store_id = $1 AND x.product_id = c.id AND x.deleted_at IS NULL
                AND (i.available IS NULL OR i.available > 0)))
    ORDER BY c.updated_at, c.id LIMIT $10
) p)";

constexpr auto kListProducts = store::sqlOf(kSummary, kPage, kFigures, "ORDER BY updated_at, id");
constexpr auto kFindProduct =
    store::sqlOf(kSummary, "FROM product p", kFigures, "WHERE p.store_id = $1 AND p.id = $2");

constexpr std::string_view kListLocations = R"(
SELECT id, integration_id, external_id, name, active, coalesce(address::text, 'null') AS address
FROM location WHERE store_id = $1 AND deleted_at IS NULL ORDER BY integration_id, name, id)";

ProductSummary summaryOf(const store::Row& row) {
    ProductSummary product;
    product.id = row.uuid("id");
    product.leadIntegrationId = row.uuid("lead_integration_id");
    product.title = row.text("title");
    product.vendor = row.text("vendor");
    product.productType = row.text("product_type");
    product.handle = row.text("handle");
    product.status = row.text("status");
    product.tags = row.texts("tags");
    product.publishedAt = row.maybeTime("published_at");
    product.platformSync = row.text("platform_sync");
    product.createdAt = row.time("created_at");
    product.updatedAt = row.time("updated_at");
    product.deletedAt = row.maybeTime("deleted_at");
    product.version = row.integer("version");
    product.variantCount = row.integer("variants");
    product.lowestPrice = moneyOf(row, "lowest");
    product.highestPrice = moneyOf(row, "highest");
    product.available = row.maybeInteger("available");
    product.inStock = row.boolean("in_stock");
    return product;
}

std::optional<std::string> patternOf(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return store::likeAnywhere(*text);
}

}  // namespace

std::optional<sdk::Money> moneyOf(const store::Row& row, std::string_view column) {
    if (row.null(column) || row.null("currency")) return std::nullopt;
    return sdk::Money{row.integer(column), row.text("currency")};
}

std::vector<ProductSummary> listProducts(store::Transaction& tx,
                                         const core::Uuid& storeId,
                                         const ProductFilter& filter,
                                         const std::optional<store::KeysetPosition>& after,
                                         std::int32_t limit) {
    const store::KeysetPosition from = after.value_or(store::KeysetPosition{});
    std::vector<ProductSummary> products;
    for (const store::Row row : tx.query(store::textOf(kListProducts),
                                         storeId,
                                         from.updatedAt,
                                         from.id,
                                         filter.updatedSince.value_or(sdk::Timestamp{}),
                                         filter.status,
                                         filter.vendor,
                                         patternOf(filter.text),
                                         filter.integrationId,
                                         filter.inStock,
                                         limit))
        products.push_back(summaryOf(row));
    return products;
}

std::optional<ProductDetail> findProduct(store::Transaction& tx,
                                         const core::Uuid& storeId,
                                         const core::Uuid& id) {
    const store::Rows rows = tx.query(store::textOf(kFindProduct), storeId, id);
    if (rows.empty()) return std::nullopt;
    ProductDetail product;
    product.summary = summaryOf(rows[0]);
    product.descriptionHtml = rows[0].text("description_html");
    product.options = rows[0].text("options");
    product.media = rows[0].text("media");
    product.variants = variantsOf(tx, storeId, id);
    product.listings = listingsOf(tx, storeId, id);
    return product;
}

std::vector<LocationRow> listLocations(store::Transaction& tx, const core::Uuid& storeId) {
    std::vector<LocationRow> locations;
    for (const store::Row row : tx.query(kListLocations, storeId)) {
        LocationRow location;
        location.id = row.uuid("id");
        location.integrationId = row.uuid("integration_id");
        location.externalId = row.text("external_id");
        location.name = row.text("name");
        location.active = row.boolean("active");
        location.address = row.text("address");
        locations.push_back(std::move(location));
    }
    return locations;
}

}  // namespace souk::catalog
