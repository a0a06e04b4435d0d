#include "translate_rest.hpp"

#include <algorithm>
#include <array>

namespace souk::shopify::rest {

using sdk::Json;

namespace {

sdk::Result<std::vector<sdk::ProductOption>> optionsFrom(const Json& body) {
    auto items = SOUK_TRY(listIn(body, "options"));
    std::ranges::sort(items, {}, [](const Json& item) { return item.integerOr("position", 0); });
    std::vector<sdk::ProductOption> options;
    for (const Json& item : items) {
        sdk::ProductOption option{SOUK_TRY(item.text("name")), {}};
        for (const Json& value : SOUK_TRY(listIn(item, "values")))
            option.values.push_back(SOUK_TRY(value.text()));
        options.push_back(std::move(option));
    }
    return options;
}

std::vector<std::pair<std::string, std::string>> choicesOf(
    const Json& variant, const std::vector<sdk::ProductOption>& options) {
    static constexpr std::array<std::string_view, 3> kSlots{"option1", "option2", "option3"};
    std::vector<std::pair<std::string, std::string>> choices;
    for (std::size_t slot = 0; slot < kSlots.size(); ++slot) {
        std::string value = textIn(variant, kSlots[slot]);
        if (value.empty()) continue;
        choices.emplace_back(slot < options.size() ? options[slot].name : std::string(kSlots[slot]),
                             std::move(value));
    }
    return choices;
}

sdk::Result<sdk::Variant> variantFrom(const Json& item,
                                      const std::vector<sdk::ProductOption>& options,
                                      const std::string& currency) {
    sdk::Variant variant;
    variant.externalId = SOUK_TRY(idIn(item));
    variant.inventoryItemId = textIn(item, "inventory_item_id");
    variant.title = textIn(item, "title");
    variant.sku = textIn(item, "sku");
    variant.barcode = textIn(item, "barcode");
    variant.position = item.integerOr("position", 0);
    variant.price = SOUK_TRY(moneyIn(item, "price", currency));
    variant.compareAtPrice = SOUK_TRY(moneyIn(item, "compare_at_price", currency));
    variant.options = choicesOf(item, options);
    if (item.has("taxable")) variant.taxable = SOUK_TRY(item.boolean("taxable"));
    variant.inventoryPolicy = lowered(textIn(item, "inventory_policy"));
    return variant;
}

sdk::Result<std::vector<sdk::Media>> mediaFrom(const Json& body) {
    std::vector<sdk::Media> media;
    for (const Json& item : SOUK_TRY(listIn(body, "media")))
        media.push_back({SOUK_TRY(idIn(item)),
                         lowered(textIn(item, "media_content_type")),
                         textIn(item.at("preview_image"), "src"),
                         textIn(item, "alt")});
    return media;
}

/// Bodies of old webhook versions have images only; their ids may be of another family, so they
/// stand in for the media only until the product is fetched whole.
sdk::Result<std::vector<sdk::Media>> imagesFrom(const Json& body) {
    std::vector<sdk::Media> media;
    for (const Json& item : SOUK_TRY(listIn(body, "images")))
        media.push_back({SOUK_TRY(idIn(item)), "image", textIn(item, "src"), textIn(item, "alt")});
    return media;
}

}  // namespace

sdk::Result<sdk::Record> productFrom(const Json& body, const sdk::Account& account) {
    sdk::Product product;
    product.externalId = SOUK_TRY(idIn(body));
    product.title = SOUK_TRY(body.text("title"));
    product.descriptionHtml = textIn(body, "body_html");
    product.vendor = textIn(body, "vendor");
    product.productType = textIn(body, "product_type");
    product.handle = textIn(body, "handle");
    product.status = lowered(SOUK_TRY(body.text("status")));
    product.tags = joinedTagsIn(body, "tags");
    product.options = SOUK_TRY(optionsFrom(body));
    for (const Json& variant : SOUK_TRY(body.items("variants")))
        product.variants.push_back(
            SOUK_TRY(variantFrom(variant, product.options, account.currency)));
    const bool hasMedia = body.has("media");
    product.media = hasMedia ? SOUK_TRY(mediaFrom(body)) : SOUK_TRY(imagesFrom(body));
    product.publishedAt = SOUK_TRY(optionalTimeIn(body, "published_at"));
    product.createdAt = SOUK_TRY(timeOrUnknownIn(body, "created_at"));
    product.updatedAt = SOUK_TRY(timeIn(body, "updated_at"));
    // Beyond 100 variants only variant_gids lists them all.
    const auto all = SOUK_TRY(listIn(body, "variant_gids"));
    product.partial = !hasMedia || all.size() > product.variants.size();
    product.originTold = false;  // a body has no metafields
    product.extra = body.raw();
    return sdk::Record(std::move(product));
}

}  // namespace souk::shopify::rest
