#include "product_single.hpp"

#include "offered.hpp"
#include "reading.hpp"
#include "single.hpp"
#include "translate_graphql.hpp"
#include "update_walk.hpp"

#include "documents.hpp"

namespace souk::shopify {

namespace {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

/// Where one list of children stands.
struct Children {
    std::string_view name;  ///< "variants"
    std::string after;
    bool wanted = true;

    /// Takes the page's `pageInfo`; afterwards `wanted` says whether there is more.
    sdk::Result<sdk::Done> advance(const Json& product) {
        if (!wanted) return sdk::Done{};
        const Json connection = SOUK_TRY(product.object(name));
        WalkState walk;
        walk.after = after;
        wanted = SOUK_TRY(walk.advance(SOUK_TRY(connection.object("pageInfo"))));
        after = std::move(walk.after);
        return sdk::Done{};
    }
};

/// Absent in the cursor: all of it was read. In the empty cursor nothing was.
Children childrenFrom(const Json& cursor, std::string_view name) {
    return {name, textIn(cursor, name), cursor.keys().empty() || cursor.has(name)};
}

std::string productVariables(std::string_view id, const Children& variants, const Children& media) {
    sdk::JsonWriter out;
    out.object().key("id").text(gidOf("Product", id));
    out.key("withVariants").boolean(variants.wanted);
    out.key("withMedia").boolean(media.wanted);
    if (!variants.after.empty()) out.key("variantsAfter").text(variants.after);
    if (!media.after.empty()) out.key("mediaAfter").text(media.after);
    return out.end().take();
}

std::string productCursor(const Children& variants, const Children& media) {
    sdk::JsonWriter out;
    out.object();
    if (variants.wanted) out.key(variants.name).text(variants.after);
    if (media.wanted) out.key(media.name).text(media.after);
    return out.end().take();
}

std::string levelVariables(std::string_view item, std::string_view key, std::string_view value) {
    sdk::JsonWriter out;
    out.object().key("item").text(gidOf("InventoryItem", item));
    if (!value.empty()) out.key(key).text(value);
    return out.end().take();
}

sdk::Result<sdk::Page> fetchLevel(sdk::Context& context,
                                  std::string_view item,
                                  std::string_view location) {
    const auto variables = levelVariables(item, "location", gidOf("Location", location));
    const Json data = SOUK_TRY(ask(context, documents::kStockOne, variables));
    const Json node = SOUK_TRY(presentIn(data, "inventoryItem"));
    const Json level = SOUK_TRY(presentIn(node, "inventoryLevel"));
    return lastPageOf(SOUK_TRY(graphql::stockFrom(
        level, {std::string(item), std::string(location), node.booleanOr("tracked", true)})));
}

sdk::Result<sdk::Done> takeLevels(sdk::Page& page, const Json& node, std::string_view item) {
    for (const Json& level : SOUK_TRY(nodesIn(node, "inventoryLevels"))) {
        const auto location = SOUK_TRY(idIn(level.at("location")));
        page.records.push_back(SOUK_TRY(graphql::stockFrom(
            level, {std::string(item), location, node.booleanOr("tracked", true)})));
    }
    return sdk::Done{};
}

/// The SKU of a variant is its inventory item's, and the item does not say when the product's
/// webhook will come.
sdk::Result<sdk::Done> takeProducts(sdk::Page& page, const Json& node) {
    std::string former;
    for (const Json& variant : SOUK_TRY(nodesIn(node, "variants"))) {
        auto product = SOUK_TRY(idIn(variant.at("product")));
        if (product == former) continue;
        page.records.emplace_back(
            sdk::Refetch{sdk::Entity::Product, product, "an inventory item of it changed"});
        former = std::move(product);
    }
    return sdk::Done{};
}

sdk::Result<sdk::Page> fetchItem(sdk::Context& context,
                                 std::string_view item,
                                 const sdk::Cursor& from) {
    WalkState levels;
    levels.after = textIn(SOUK_TRY(parseCursor(from)), "after");
    const bool first = levels.after.empty();
    const auto variables = levelVariables(item, "after", levels.after);
    const Json data = SOUK_TRY(ask(context, documents::kStockOfItem, variables));
    const Json node = SOUK_TRY(presentIn(data, "inventoryItem"));
    sdk::Page page;
    SOUK_TRY(takeLevels(page, node, item));
    if (first) SOUK_TRY(takeProducts(page, node));
    const Json connection = SOUK_TRY(node.object("inventoryLevels"));
    page.last = !SOUK_TRY(levels.advance(SOUK_TRY(connection.object("pageInfo"))));
    if (!page.last)
        page.next.value = sdk::JsonWriter().object().key("after").text(levels.after).end().take();
    return page;
}

}  // namespace

sdk::Result<sdk::Page> fetchProduct(sdk::Context& context,
                                    std::string_view externalId,
                                    const sdk::Cursor& from) {
    const Json cursor = SOUK_TRY(parseCursor(from));
    auto variants = childrenFrom(cursor, "variants");
    auto media = childrenFrom(cursor, "media");
    const auto variables = productVariables(externalId, variants, media);
    const Json data = SOUK_TRY(ask(context, documents::kProductWhole, variables));
    const Json node = SOUK_TRY(presentIn(data, "product"));

    auto product = std::get<sdk::Product>(SOUK_TRY(graphql::productFrom(node, context.account)));
    product.partial = false;  // the rest comes with the next page
    if (!product.offeredAs.empty()) {
        // Of what the hub put there it only needs to know which variant is which offer.
        product.variants = SOUK_TRY(offeredVariants(context, externalId));
        return lastPageOf(std::move(product));
    }
    auto page = lastPageOf(std::move(product));
    SOUK_TRY(variants.advance(node));
    SOUK_TRY(media.advance(node));
    if (!variants.wanted && !media.wanted) return page;
    page.last = false;
    page.next.value = productCursor(variants, media);
    return page;
}

sdk::Result<sdk::Page> fetchLocation(sdk::Context& context, std::string_view externalId) {
    const auto node =
        SOUK_TRY(askOne(context, documents::kLocationOne, "location", "Location", externalId));
    return lastPageOf(SOUK_TRY(graphql::locationFrom(node, context.account)));
}

sdk::Result<sdk::Page> fetchStock(sdk::Context& context,
                                  std::string_view key,
                                  const sdk::Cursor& from) {
    const auto at = key.find('@');
    if (at == std::string_view::npos || at == 0)
        return Error{ErrorKind::Bug, "a stock key is item@location"};
    const auto item = key.substr(0, at);
    const auto location = key.substr(at + 1);
    return location.empty() ? fetchItem(context, item, from) : fetchLevel(context, item, location);
}

}  // namespace souk::shopify
