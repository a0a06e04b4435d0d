#include "offer_input.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace souk::shopify {

namespace {

constexpr std::size_t kMostOptions = 3;
constexpr std::size_t kMostPictures = 50;

bool sameNames(const Choices& one, const Choices& other) {
    return std::ranges::equal(
        one, other, [](const auto& a, const auto& b) { return a.first == b.first; });
}

/// Usable as they are.
bool fits(const Group& group) {
    const auto& first = group.front()->options;
    if (first.empty() || first.size() > kMostOptions) return false;
    std::set<std::vector<std::string>> taken;
    for (const auto* offer : group) {
        std::vector<std::string> values;
        for (const auto& [name, value] : offer->options) values.push_back(value);
        const bool blank = std::ranges::any_of(offer->options, [](const auto& one) {
            return one.first.empty() || one.second.empty();
        });
        if (blank || !sameNames(first, offer->options) || !taken.insert(values).second)
            return false;
    }
    return true;
}

std::string titleOf(const sdk::Offer& offer, bool alone) {
    if (alone) return "Default Title";
    if (!offer.variantTitle.empty()) return offer.variantTitle;
    std::string joined;
    for (const auto& [name, value] : offer.options) joined += (joined.empty() ? "" : " / ") + value;
    return joined.empty() ? "Variant" : joined;
}

void writeField(sdk::JsonWriter& out,
                std::string_view key,
                std::string_view type,
                std::string_view value) {
    out.object().key("namespace").text(kOfferNamespace).key("key").text(key);
    out.key("type").text(type).key("value").text(value).end();
}

void writeOptions(sdk::JsonWriter& out, const std::vector<Choices>& choices) {
    out.key("productOptions").array();
    for (std::size_t place = 0; place < choices.front().size(); ++place) {
        out.object().key("name").text(choices.front()[place].first);
        out.key("position").integer(static_cast<std::int64_t>(place) + 1).key("values").array();
        std::set<std::string> told;
        for (const auto& choice : choices)
            if (told.insert(choice[place].second).second)
                out.object().key("name").text(choice[place].second).end();
        out.end().end();
    }
    out.end();
}

std::string digestOf(const std::vector<std::string>& images) {
    std::string joined;
    for (const auto& image : images) joined.append(image).append("\n");
    return images.empty() ? "none" : sdk::hex(sdk::sha256(joined));
}

void writePictures(sdk::JsonWriter& out, const sdk::Offer& offer) {
    out.key("files").array();
    for (std::size_t i = 0; i < std::min(offer.images.size(), kMostPictures); ++i) {
        out.object().key("originalSource").text(offer.images[i]);
        out.key("contentType").text("IMAGE").end();
    }
    out.end();
}

sdk::Result<sdk::Done> writePrices(sdk::JsonWriter& out, const sdk::Offer& offer) {
    out.key("price").text(SOUK_TRY(sdk::decimalOf(offer.price)));
    out.key("compareAtPrice");
    if (offer.compareAtPrice)
        out.text(SOUK_TRY(sdk::decimalOf(*offer.compareAtPrice)));
    else
        out.null();
    return sdk::Done{};
}

/// A new variant is stocked at the location though nobody counts yet: one that is there cannot be
/// stocked elsewhere by productSet any more.
void writeStock(sdk::JsonWriter& out,
                const sdk::Offer& offer,
                std::string_view location,
                bool fresh) {
    out.key("inventoryPolicy").text(offer.oversells ? "CONTINUE" : "DENY");
    out.key("inventoryItem").object().key("tracked").boolean(offer.available.has_value()).end();
    if (!offer.available && !fresh) return;
    out.key("inventoryQuantities").array().object().key("locationId").text(location);
    out.key("name")
        .text("available")
        .key("quantity")
        .integer(offer.available.value_or(0))
        .end()
        .end();
}

sdk::Result<sdk::Done> writeVariant(sdk::JsonWriter& out,
                                    const sdk::Offer& offer,
                                    const Choices& choices,
                                    const std::string& gid,
                                    std::string_view location) {
    out.object();
    if (!gid.empty()) out.key("id").text(gid);
    out.key("optionValues").array();
    for (const auto& [name, value] : choices)
        out.object().key("optionName").text(name).key("name").text(value).end();
    out.end().key("sku").text(offer.sku).key("barcode").text(offer.barcode);
    SOUK_TRY(writePrices(out, offer));
    writeStock(out, offer, location, gid.empty());
    out.key("metafields").array();
    writeField(out, "variant", "id", offer.externalId);
    out.end().end();
    return sdk::Done{};
}

}  // namespace

std::vector<Choices> choicesOf(const Group& group) {
    std::vector<Choices> all;
    if (fits(group)) {
        for (const auto* offer : group) all.push_back(offer->options);
        return all;
    }
    std::map<std::string, int> taken;
    for (const auto* offer : group) {
        auto title = titleOf(*offer, group.size() == 1);
        while (taken[title]++ > 0) title += " (" + std::to_string(taken[title]) + ")";
        all.push_back({{"Title", title}});
    }
    return all;
}

sdk::Result<std::string> offerInput(const Group& group,
                                    const std::optional<OfferedProduct>& known,
                                    std::string_view location) {
    const auto& first = *group.front();
    const auto choices = choicesOf(group);
    const auto images = digestOf(first.images);
    std::map<std::string, std::string> gids;
    if (known)
        for (const auto& variant : known->variants) gids.emplace(variant.offerId, variant.gid);
    sdk::JsonWriter out;
    out.object().key("identifier").raw(customId("group", first.groupId)).key("input").object();
    out.key("title").text(first.groupTitle).key("descriptionHtml").text(first.descriptionHtml);
    out.key("vendor").text(first.brand).key("productType").text(first.category);
    out.key("status").text("ACTIVE").key("metafields").array();
    writeField(out, "group", "id", first.groupId);
    writeField(out, "images", "single_line_text_field", images);
    out.end();
    if (!known || known->images != images) writePictures(out, first);
    writeOptions(out, choices);
    out.key("variants").array();
    for (std::size_t i = 0; i < group.size(); ++i) {
        const auto gid = gids.find(group[i]->externalId);
        SOUK_TRY(writeVariant(
            out, *group[i], choices[i], gid == gids.end() ? std::string() : gid->second, location));
    }
    return out.end().end().end().take();
}

}  // namespace souk::shopify
