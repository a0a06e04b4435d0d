#include "offered.hpp"

#include "reading.hpp"
#include "update_walk.hpp"

#include <algorithm>

#include "documents.hpp"

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

/// 2048 variants, the most a product has, are nine pages of 250.
constexpr int kMostPages = 10;

std::string variablesFor(std::string_view identifier, const std::string& after) {
    sdk::JsonWriter out;
    out.object().key("identifier").raw(identifier);
    if (!after.empty()) out.key("after").text(after);
    return out.end().take();
}

}  // namespace

std::string customId(std::string_view key, std::string_view value) {
    return sdk::JsonWriter()
        .object()
        .key("customId")
        .object()
        .key("namespace")
        .text(kOfferNamespace)
        .key("key")
        .text(key)
        .key("value")
        .text(value)
        .end()
        .end()
        .take();
}

sdk::Result<OfferedVariant> offeredVariantFrom(const Json& node,
                                               std::string_view productId,
                                               const sdk::Account& account) {
    OfferedVariant variant;
    variant.gid = SOUK_TRY(node.text("id"));
    variant.offerId = textIn(node.at("offer"), "value");
    const Json item = node.at("inventoryItem");
    variant.shownAs.groupId = productId;
    variant.shownAs.externalId = SOUK_TRY(idIn(node));
    variant.shownAs.inventoryItemId = tailOf(textIn(item, "id"));
    auto& shown = variant.shown;
    shown.externalId = variant.offerId;
    shown.price = SOUK_TRY(moneyIn(node, "price", account.currency));
    if (item.booleanOr("tracked", false))
        shown.available = std::max<std::int64_t>(node.integerOr("inventoryQuantity", 0), 0);
    shown.sellable =
        shown.available.value_or(1) > 0 || textIn(node, "inventoryPolicy") == "CONTINUE";
    return variant;
}

void tellProduct(sdk::ShownOffer& shown, std::string_view title, std::string_view status) {
    shown.title = title;
    const bool sold = status == "active" || status == "unlisted";
    shown.state = sold ? sdk::OfferState::Live : sdk::OfferState::Rejected;
    if (!sold) shown.reason.append("somebody made it ").append(status).append(" in the shop");
}

sdk::Result<std::optional<OfferedProduct>> findOffered(sdk::Context& context,
                                                       std::string_view identifier) {
    std::optional<OfferedProduct> found;
    WalkState walk;
    for (int page = 0; page < kMostPages; ++page) {
        const Json data = SOUK_TRY(
            ask(context, documents::kOfferedProduct, variablesFor(identifier, walk.after)));
        if (!data.has("productByIdentifier")) return std::optional<OfferedProduct>{};
        const Json node = SOUK_TRY(data.object("productByIdentifier"));
        if (!found) {
            found.emplace();
            found->gid = SOUK_TRY(node.text("id"));
            found->title = textIn(node, "title");
            found->status = lowered(textIn(node, "status"));
            found->images = textIn(node.at("images"), "value");
        }
        for (const Json& variant : SOUK_TRY(nodesIn(node, "variants")))
            found->variants.push_back(
                SOUK_TRY(offeredVariantFrom(variant, tailOf(found->gid), context.account)));
        const Json connection = SOUK_TRY(node.object("variants"));
        if (!SOUK_TRY(walk.advance(SOUK_TRY(connection.object("pageInfo"))))) return found;
    }
    return Error{ErrorKind::BadPayload, "a product's list of variants does not end"};
}

sdk::Result<std::vector<sdk::Variant>> offeredVariants(sdk::Context& context,
                                                       std::string_view externalId) {
    const auto identifier =
        sdk::JsonWriter().object().key("id").text(gidOf("Product", externalId)).end().take();
    const auto found = SOUK_TRY(findOffered(context, identifier));
    if (!found) return Error{ErrorKind::NotFound, "the product went while it was read"};
    std::vector<sdk::Variant> variants;
    for (const auto& one : found->variants) {
        sdk::Variant variant;
        variant.externalId = one.shownAs.externalId;
        variant.inventoryItemId = one.shownAs.inventoryItemId;
        variant.offeredAs = one.offerId;
        variants.push_back(std::move(variant));
    }
    return variants;
}

}  // namespace souk::shopify
