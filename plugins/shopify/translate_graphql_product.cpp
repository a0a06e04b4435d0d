#include "translate_graphql.hpp"

#include <algorithm>

namespace souk::shopify::graphql {

using sdk::Json;

namespace {

/// Fills a variant where it stands: a dozen texts need not be moved.
sdk::Result<sdk::Done> readVariant(const Json& node,
                                   const std::string& currency,
                                   sdk::Variant& variant) {
    variant.externalId = SOUK_TRY(idIn(node));
    variant.inventoryItemId = tailOf(textIn(node.at("inventoryItem"), "id"));
    variant.title = textIn(node, "title");
    variant.sku = textIn(node, "sku");
    variant.barcode = textIn(node, "barcode");
    variant.position = node.integerOr("position", 0);
    variant.price = SOUK_TRY(moneyIn(node, "price", currency));
    variant.compareAtPrice = SOUK_TRY(moneyIn(node, "compareAtPrice", currency));
    const auto options = SOUK_TRY(listIn(node, "selectedOptions"));
    variant.options.reserve(options.size());
    for (const Json& option : options)
        variant.options.emplace_back(textIn(option, "name"), textIn(option, "value"));
    if (node.has("taxable")) variant.taxable = SOUK_TRY(node.boolean("taxable"));
    variant.inventoryPolicy = lowered(textIn(node, "inventoryPolicy"));
    return sdk::Done{};
}

sdk::Result<sdk::Media> mediaFrom(const Json& node) {
    return sdk::Media{SOUK_TRY(idIn(node)),
                      lowered(textIn(node, "mediaContentType")),
                      textIn(node.at("preview").at("image"), "url"),
                      textIn(node, "alt")};
}

sdk::Result<std::vector<sdk::ProductOption>> optionsFrom(const Json& product) {
    auto nodes = SOUK_TRY(listIn(product, "options"));
    std::ranges::sort(nodes, {}, [](const Json& node) { return node.integerOr("position", 0); });
    std::vector<sdk::ProductOption> options;
    for (const Json& node : nodes) {
        sdk::ProductOption option{SOUK_TRY(node.text("name")), {}};
        for (const Json& value : SOUK_TRY(listIn(node, "values")))
            option.values.push_back(SOUK_TRY(value.text()));
        options.push_back(std::move(option));
    }
    return options;
}

}  // namespace

sdk::Result<sdk::Record> productFrom(const Json& node, const sdk::Account& account) {
    sdk::Product product;
    product.externalId = SOUK_TRY(idIn(node));
    product.title = SOUK_TRY(node.text("title"));
    product.descriptionHtml = textIn(node, "descriptionHtml");
    product.vendor = textIn(node, "vendor");
    product.productType = textIn(node, "productType");
    product.handle = textIn(node, "handle");
    product.status = lowered(SOUK_TRY(node.text("status")));
    product.tags = SOUK_TRY(listedTagsIn(node, "tags"));
    product.options = SOUK_TRY(optionsFrom(node));
    const auto variants = SOUK_TRY(nodesIn(node, "variants"));
    product.variants.reserve(variants.size());
    for (const Json& variant : variants)
        SOUK_TRY(readVariant(variant, account.currency, product.variants.emplace_back()));
    for (const Json& media : SOUK_TRY(nodesIn(node, "media")))
        product.media.push_back(SOUK_TRY(mediaFrom(media)));
    product.publishedAt = SOUK_TRY(optionalTimeIn(node, "publishedAt"));
    product.createdAt = SOUK_TRY(timeOrUnknownIn(node, "createdAt"));
    product.updatedAt = SOUK_TRY(timeIn(node, "updatedAt"));
    product.partial = hasNextPage(node, "variants") || hasNextPage(node, "media");
    product.offeredAs = textIn(node.at("offer"), "value");
    product.extra = node.raw();
    return sdk::Record(std::move(product));
}

}  // namespace souk::shopify::graphql
