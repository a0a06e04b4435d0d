#include "catalog/reader.hpp"

#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

void members(Render& json, const catalog::ProductSummary& product) {
    json.id("id", product.id).text("title", product.title).text("vendor", product.vendor);
    json.text("product_type", product.productType)
        .text("handle", product.handle)
        .text("status", product.status);
    json.texts("tags", product.tags).number("variant_count", product.variantCount);
    json.money("price_from", product.lowestPrice).money("price_to", product.highestPrice);
    json.number("available", product.available).boolean("in_stock", product.inStock);
    json.id("lead_integration_id", product.leadIntegrationId)
        .raw("platform_sync", product.platformSync);
    json.time("published_at", product.publishedAt).time("created_at", product.createdAt);
    json.time("updated_at", product.updatedAt).time("deleted_at", product.deletedAt);
}

void render(Render& json, const catalog::StockAt& stock) {
    json.object()
        .id("integration_id", stock.integrationId)
        .text("inventory_item_id", stock.inventoryItemId);
    json.text("location_external_id", stock.locationExternalId)
        .text("location_name", stock.locationName);
    json.number("available", stock.available).time("as_of", stock.sourceVersion).end();
}

void render(Render& json, const catalog::VariantListing& listing) {
    json.object()
        .id("integration_id", listing.integrationId)
        .text("external_id", listing.externalId);
    json.text("inventory_item_id", listing.inventoryItemId)
        .text("sku", listing.sku)
        .text("barcode", listing.barcode);
    json.money("price", listing.price).money("compare_at_price", listing.compareAtPrice).end();
}

void render(Render& json, const catalog::VariantDetail& variant) {
    json.object()
        .id("id", variant.id)
        .number("position", variant.position)
        .text("title", variant.title);
    json.text("sku", variant.sku).text("barcode", variant.barcode);
    json.money("price", variant.price).money("compare_at_price", variant.compareAtPrice);
    json.raw("options", variant.options).boolean("taxable", variant.taxable);
    json.text("inventory_policy", variant.inventoryPolicy).time("updated_at", variant.updatedAt);
    json.key("listings").array();
    for (const auto& listing : variant.listings) render(json, listing);
    json.end().key("stock").array();
    for (const auto& stock : variant.stock) render(json, stock);
    json.end().end();
}

void render(Render& json, const catalog::ProductListing& listing) {
    json.object()
        .id("integration_id", listing.integrationId)
        .text("integration", listing.integrationName);
    json.text("platform", listing.platform)
        .text("external_id", listing.externalId)
        .text("title", listing.title);
    json.text("handle", listing.handle)
        .text("status", listing.status)
        .time("platform_updated_at", listing.sourceVersion);
    json.boolean("published", listing.published).text("publish_state", listing.publishState);
    json.text("publish_error", listing.publishError).time("pushed_at", listing.pushedAt);
    json.time("deleted_at", listing.deletedAt).time("synced_at", listing.syncedAt).end();
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id",
                "q",
                "status",
                "vendor",
                "in_stock",
                "updated_since",
                "integration_id",
                "cursor",
                "limit"});
    const PageCursor cursor("products", call);
    catalog::ProductFilter filter{call.text("q"),
                                  call.oneOf("status", {"active", "draft", "archived", "unlisted"}),
                                  call.text("vendor"),
                                  call.boolean("in_stock"),
                                  call.time("updated_since"),
                                  call.uuid("integration_id")};
    std::optional<store::KeysetPosition> after;
    if (const auto at = keyset(cursor)) after = {at->first, at->second};
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto products = catalog::listProducts(tx, store, filter, after, call.limit());
    return jsonAnswer(200,
                      page(products,
                           nextKeyset(cursor, products, call.limit()),
                           [](Render& json, const auto& product) {
                               json.object();
                               members(json, product);
                               json.end();
                           }));
}

Response get(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto product = catalog::findProduct(tx, store, call.id());
    if (!product) throw Problem(404, "There is no such product; GET /api/v1/products lists them.");
    Render json;
    json.object();
    members(json, product->summary);
    json.text("description_html", product->descriptionHtml)
        .raw("options", product->options)
        .raw("media", product->media);
    json.key("variants").array();
    for (const auto& variant : product->variants) render(json, variant);
    json.end().key("listings").array();
    for (const auto& listing : product->listings) render(json, listing);
    return tagged(call, json.end().end().take());
}

}  // namespace

void addProductRoutes(Router& router, Services& services) {
    router.add("GET", "/api/v1/products", Access::Read, [&](const Call& call) {
        return list(services, call);
    });
    router.add("GET", "/api/v1/products/{id}", Access::Read, [&](const Call& call) {
        return get(services, call);
    });
}

}  // namespace souk::web
