#include "catalog/product_rows.hpp"

#include "catalog/content.hpp"

#include <souk/sdk/time.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace souk::catalog {

namespace {

// platform_sync is written by the statement that writes the listing, so that the two never differ.
// The product's fields are the leading listing's: a listing that follows names another lead. All
// are upserts, because an UPDATE joined to a page may be planned as a scan of the table.
constexpr std::string_view kWriteListings = R"(
WITH page AS (
    SELECT *, jsonb_build_object($3::text, jsonb_build_object('synced', true,
                  'productId', external_id, 'lastSyncAt', $4::text)) AS entry
    FROM unnest($5::uuid[], $6::text[], $7::uuid[], $8::uuid[], $9::bytea[], $10::timestamptz[],
                $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                $17::text[], $18::text[], $19::text[], $20::text[], $21::timestamptz[])
         AS x(id, external_id, product_id, lead_id, hash, stamp, extra, title, handle, status,
              description, vendor, product_type, tags, options, media, published)
), listed AS (
    INSERT INTO product_listing (store_id, id, integration_id, external_id, product_id, title,
                                 handle, status, content_hash, source_version, extra)
    SELECT $1, id, $2, external_id, product_id, title, handle, status, hash, stamp, extra FROM page
    ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
        product_id = excluded.product_id, title = excluded.title, handle = excluded.handle,
        status = excluded.status, content_hash = excluded.content_hash,
        source_version = excluded.source_version, extra = excluded.extra,
        deleted_version = NULL, deleted_at = NULL, synced_at = now()
)
INSERT INTO product AS p (store_id, id, lead_integration_id, title, description_html, vendor,
                          product_type, handle, status, tags, options, media, published_at,
                          platform_sync)
SELECT DISTINCT ON (product_id)
       $1, product_id, lead_id, title, description, vendor, product_type, handle, status,
       tags::text[], options::jsonb, media::jsonb, published, entry
FROM page
ON CONFLICT (store_id, id) DO UPDATE SET
    lead_integration_id = excluded.lead_integration_id,
    title = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.title ELSE p.title END,
    description_html = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.description_html
        ELSE p.description_html END,
    vendor = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.vendor ELSE p.vendor END,
    product_type = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.product_type
        ELSE p.product_type END,
    handle = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.handle ELSE p.handle END,
    status = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.status ELSE p.status END,
    tags = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.tags ELSE p.tags END,
    options = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.options ELSE p.options END,
    media = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.media ELSE p.media END,
    published_at = CASE WHEN excluded.lead_integration_id = $2 THEN excluded.published_at
        ELSE p.published_at END,
    platform_sync = p.platform_sync || excluded.platform_sync, updated_at = now(),
    deleted_at = NULL, version = p.version + 1)";

constexpr std::string_view kWriteVariants = R"(
INSERT INTO product_variant AS v (store_id, id, product_id, position, title, sku, barcode,
                                  price_minor, compare_at_minor, currency, options, taxable,
                                  inventory_policy)
SELECT $1, id, product_id, position, title, sku, barcode, price, compare_at, currency,
       options::jsonb, taxable, policy
FROM unnest($2::uuid[], $3::uuid[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::int8[],
            $9::int8[], $10::text[], $11::text[], $12::bool[], $13::text[])
     AS x(id, product_id, position, title, sku, barcode, price, compare_at, currency, options,
          taxable, policy)
ON CONFLICT (store_id, id) DO UPDATE SET
    product_id = excluded.product_id, position = excluded.position, title = excluded.title,
    sku = excluded.sku, barcode = excluded.barcode, price_minor = excluded.price_minor,
    compare_at_minor = excluded.compare_at_minor, currency = excluded.currency,
    options = excluded.options, taxable = excluded.taxable,
    inventory_policy = excluded.inventory_policy, updated_at = now(), deleted_at = NULL
WHERE (v.product_id, v.position, v.title, v.sku, v.barcode, v.price_minor, v.compare_at_minor,
       v.currency, v.options, v.taxable, v.inventory_policy, v.deleted_at)
      IS DISTINCT FROM
      (excluded.product_id, excluded.position, excluded.title, excluded.sku, excluded.barcode,
       excluded.price_minor, excluded.compare_at_minor, excluded.currency, excluded.options,
       excluded.taxable, excluded.inventory_policy, NULL))";

constexpr std::string_view kWriteVariantListings = R"(
INSERT INTO variant_listing AS l (store_id, id, integration_id, listing_id, variant_id,
                                  external_id, inventory_item_id, sku, barcode, position,
                                  price_minor, compare_at_minor, currency)
SELECT $1, x.id, $2, x.listing_id, x.variant_id, x.external_id, x.item, x.sku, x.barcode,
       x.position, x.price, x.compare_at, x.currency
FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::int4[], $11::int8[], $12::int8[], $13::text[])
     AS x(id, listing_id, variant_id, external_id, item, sku, barcode, position, price, compare_at,
          currency)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    listing_id = excluded.listing_id, variant_id = excluded.variant_id,
    inventory_item_id = excluded.inventory_item_id, sku = excluded.sku,
    barcode = excluded.barcode, position = excluded.position, price_minor = excluded.price_minor,
    compare_at_minor = excluded.compare_at_minor, currency = excluded.currency, deleted_at = NULL
WHERE (l.listing_id, l.variant_id, l.inventory_item_id, l.sku, l.barcode, l.position,
       l.price_minor, l.compare_at_minor, l.currency, l.deleted_at)
      IS DISTINCT FROM
      (excluded.listing_id, excluded.variant_id, excluded.inventory_item_id, excluded.sku,
       excluded.barcode, excluded.position, excluded.price_minor, excluded.compare_at_minor,
       excluded.currency, NULL))";

constexpr std::string_view kDropVariantListings = R"(
UPDATE variant_listing SET deleted_at = $3
WHERE store_id = $1 AND id = ANY ($2) AND deleted_at IS NULL)";

// An offer of ours keeps no variant alive.
constexpr std::string_view kRetireVariants = R"(
UPDATE product_variant v SET deleted_at = $3, updated_at = now()
WHERE v.store_id = $1 AND v.id = ANY ($2) AND v.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM variant_listing l
                  WHERE l.store_id = $1 AND l.variant_id = v.id AND l.deleted_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM product_listing p
                                    WHERE p.store_id = $1 AND p.id = l.listing_id
                                      AND p.published)))";

std::int32_t positionOf(const sdk::Variant& variant) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::clamp(variant.position, -kMost, kMost));
}

std::optional<std::int64_t> minorOf(const std::optional<sdk::Money>& money) {
    if (!money) return std::nullopt;
    return money->minor;
}

std::optional<std::string> currencyOf(const sdk::Variant& variant) {
    if (variant.price) return variant.price->currency;
    if (variant.compareAtPrice) return variant.compareAtPrice->currency;
    return std::nullopt;
}

/// Columns of a page, one vector per array parameter.
struct ListingColumns {
    std::vector<core::Uuid> ids, products, leads;
    std::vector<std::string> externalIds, hashes, extras, titles, handles, statuses, descriptions,
        vendors, types, tags, options, media;
    std::vector<sdk::Timestamp> stamps;
    std::vector<std::optional<sdk::Timestamp>> published;

    void add(const ProductPlan& plan, sdk::Timestamp now) {
        const sdk::Product& product = *plan.product;
        ids.push_back(plan.listingId);
        products.push_back(plan.productId);
        externalIds.push_back(product.externalId);
        leads.push_back(plan.leadId);
        hashes.push_back(plan.incoming->hash);
        extras.push_back(product.extra);
        titles.push_back(product.title);
        handles.push_back(product.handle);
        statuses.push_back(product.status);
        descriptions.push_back(product.descriptionHtml);
        vendors.push_back(product.vendor);
        types.push_back(product.productType);
        tags.push_back(store::arrayLiteral(product.tags));
        options.push_back(optionsJson(product));
        media.push_back(mediaJson(product));
        stamps.push_back(plan.incoming->version.value_or(now));
        published.push_back(product.publishedAt);
    }
};

struct VariantColumns {
    std::vector<core::Uuid> ids, products;
    std::vector<std::int32_t> positions;
    std::vector<std::string> titles, options;
    std::vector<std::optional<std::string>> skus, barcodes, currencies, policies;
    std::vector<std::optional<std::int64_t>> prices, compareAt;
    std::vector<std::optional<bool>> taxable;

    void add(const core::Uuid& product, const VariantPlan& plan) {
        const sdk::Variant& variant = *plan.variant;
        ids.push_back(plan.variantId);
        products.push_back(product);
        positions.push_back(positionOf(variant));
        titles.push_back(variant.title);
        options.push_back(optionsJson(variant));
        skus.push_back(store::textOrNull(variant.sku));
        barcodes.push_back(store::textOrNull(variant.barcode));
        currencies.push_back(currencyOf(variant));
        policies.push_back(store::textOrNull(variant.inventoryPolicy));
        prices.push_back(minorOf(variant.price));
        compareAt.push_back(minorOf(variant.compareAtPrice));
        taxable.push_back(variant.taxable);
    }
};

struct VariantListingColumns {
    std::vector<core::Uuid> ids, listings, variants;
    std::vector<std::string> externalIds;
    std::vector<std::optional<std::string>> items, skus, barcodes, currencies;
    std::vector<std::int32_t> positions;
    std::vector<std::optional<std::int64_t>> prices, compareAt;

    void add(const core::Uuid& listing, const VariantPlan& plan) {
        const sdk::Variant& variant = *plan.variant;
        ids.push_back(plan.rowId);
        listings.push_back(listing);
        variants.push_back(plan.variantId);
        externalIds.push_back(variant.externalId);
        items.push_back(store::textOrNull(variant.inventoryItemId));
        skus.push_back(store::textOrNull(variant.sku));
        barcodes.push_back(store::textOrNull(variant.barcode));
        currencies.push_back(currencyOf(variant));
        positions.push_back(positionOf(variant));
        prices.push_back(minorOf(variant.price));
        compareAt.push_back(minorOf(variant.compareAtPrice));
    }
};

}  // namespace

void writeListings(store::Transaction& tx,
                   const store::RecordScope& scope,
                   const std::vector<ProductPlan>& plans) {
    ListingColumns page;
    for (const ProductPlan& plan : plans) page.add(plan, scope.now);
    store::Params params(scope.storeId,
                         scope.integrationId,
                         scope.integrationName,
                         sdk::rfc3339(scope.now),
                         page.ids,
                         page.externalIds,
                         page.products,
                         page.leads);
    params.addBytesArray(page.hashes);
    params.add(page.stamps);
    for (const auto* column : {&page.extras,
                               &page.titles,
                               &page.handles,
                               &page.statuses,
                               &page.descriptions,
                               &page.vendors,
                               &page.types,
                               &page.tags,
                               &page.options,
                               &page.media})
        params.add(*column);
    params.add(page.published);
    tx.run(kWriteListings, params);
}

void writeVariants(store::Transaction& tx,
                   const store::RecordScope& scope,
                   const std::vector<ProductPlan>& plans) {
    VariantColumns unified;
    VariantListingColumns listed;
    for (const ProductPlan& plan : plans) {
        for (const VariantPlan& variant : plan.variants) {
            if (variant.leads) unified.add(plan.productId, variant);
            listed.add(plan.listingId, variant);
        }
    }
    if (!unified.ids.empty())
        tx.query(kWriteVariants,
                 scope.storeId,
                 unified.ids,
                 unified.products,
                 unified.positions,
                 unified.titles,
                 unified.skus,
                 unified.barcodes,
                 unified.prices,
                 unified.compareAt,
                 unified.currencies,
                 unified.options,
                 unified.taxable,
                 unified.policies);
    if (listed.ids.empty()) return;
    tx.query(kWriteVariantListings,
             scope.storeId,
             scope.integrationId,
             listed.ids,
             listed.listings,
             listed.variants,
             listed.externalIds,
             listed.items,
             listed.skus,
             listed.barcodes,
             listed.positions,
             listed.prices,
             listed.compareAt,
             listed.currencies);
}

void retireVariants(store::Transaction& tx,
                    const store::RecordScope& scope,
                    const GoneVariants& gone) {
    if (!gone.rows.empty()) tx.query(kDropVariantListings, scope.storeId, gone.rows, scope.now);
    if (!gone.variants.empty()) tx.query(kRetireVariants, scope.storeId, gone.variants, scope.now);
}

}  // namespace souk::catalog
