#include "meta/offers.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace souk::meta {

namespace {

constexpr std::size_t kLongestTitle = 100;
constexpr std::size_t kLongestDescription = 5000;
constexpr std::size_t kMostImages = 21;

/// At most `most` bytes, cut between two characters.
std::string cut(const std::string& text, std::size_t most) {
    if (text.size() <= most) return text;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

/// 1999 USD -> "19.99 USD".
sdk::Result<std::string> priceOf(const sdk::Money& money) {
    return SOUK_TRY(sdk::decimalOf(money)) + " " + money.currency;
}

void writeImages(sdk::JsonWriter& out, const std::vector<std::string>& images) {
    out.key("image").array();
    for (std::size_t i = 0; i < std::min(images.size(), kMostImages); ++i)
        out.object().key("url").text(images[i]).end();
    out.end();
}

/// An update keeps what it does not name; an empty text takes a member back.
void writeOrClear(sdk::JsonWriter& out,
                  std::string_view key,
                  const std::string& value,
                  bool update) {
    if (update || !value.empty()) out.key(key).text(value);
}

/// Options the catalogue has fields of its own for; the others go together.
void writeOptions(sdk::JsonWriter& out, const sdk::Offer& offer, bool update) {
    constexpr std::array<std::string_view, 4> kOwn{"color", "size", "material", "pattern"};
    std::map<std::string, std::string, std::less<>> own;
    std::string others;
    for (const auto& [name, value] : offer.options) {
        std::string lower = name;
        std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
        });
        if (std::find(kOwn.begin(), kOwn.end(), lower) != kOwn.end())
            own.emplace(lower, value);
        else
            others.append(others.empty() ? "" : ",").append(name).append(":").append(value);
    }
    for (const auto key : kOwn) {
        const auto value = own.find(key);
        writeOrClear(out, key, value == own.end() ? std::string() : value->second, update);
    }
    writeOrClear(out, "additional_variant_attribute", others, update);
}

/// A reduction that is over must be taken back:
/// https://github.com/facebook/facebook-for-woocommerce/issues/2261
sdk::Result<sdk::Done> writeOffer(sdk::JsonWriter& out, const sdk::Offer& offer, bool update) {
    const bool reduced = offer.compareAtPrice && offer.compareAtPrice->minor > offer.price.minor &&
                         offer.compareAtPrice->currency == offer.price.currency;
    const auto price = SOUK_TRY(priceOf(reduced ? *offer.compareAtPrice : offer.price));
    out.key("id").text(offer.externalId);
    if (!offer.groupId.empty()) out.key("item_group_id").text(offer.groupId);
    out.key("title").text(cut(offer.title, kLongestTitle));
    out.key("description")
        .text(
            cut(offer.description.empty() ? offer.title : offer.description, kLongestDescription));
    out.key("availability").text(offer.sellable ? "in stock" : "out of stock");
    out.key("condition").text(offer.condition.empty() ? "new" : offer.condition);
    out.key("price").text(price);
    writeOrClear(
        out, "sale_price", reduced ? SOUK_TRY(priceOf(offer.price)) : std::string(), update);
    out.key("link").text(offer.link).key("brand").text(offer.brand.empty() ? "N/A" : offer.brand);
    writeOrClear(out, "gtin", offer.barcode, update);
    writeOrClear(out, "product_type", offer.category, update);
    if (offer.available && *offer.available > 0)
        out.key("quantity_to_sell_on_facebook").integer(*offer.available);
    writeOptions(out, offer, update);
    writeImages(out, offer.images);
    return sdk::Done{};
}

/// "$1,299.00", "1 299,00 €", "¥1,299": the digits, and as many decimals as the currency has.
sdk::Result<sdk::Money> moneyIn(std::string_view formatted, const std::string& currency) {
    const auto exponent = static_cast<std::size_t>(SOUK_TRY(sdk::exponentOf(currency)));
    std::string digits;
    std::size_t decimals = 0;
    bool point = false;
    for (std::size_t i = 0; i < formatted.size(); ++i) {
        const char c = formatted[i];
        if (c >= '0' && c <= '9') {
            digits += c;
            if (point) ++decimals;
            continue;
        }
        if (c != '.' && c != ',') continue;
        // The last separator with as many digits after it as the currency has is the point.
        const auto rest = formatted.substr(i + 1);
        const auto after = static_cast<std::size_t>(
            std::count_if(rest.begin(), rest.end(), [](char d) { return d >= '0' && d <= '9'; }));
        point = exponent > 0 && after == exponent;
    }
    if (digits.empty())
        return sdk::Error{sdk::ErrorKind::BadPayload,
                          "price: no digits in '" + std::string(formatted) + "'"};
    digits.append(exponent - std::min(exponent, decimals), '0');
    if (exponent > 0) {
        if (digits.size() <= exponent) digits.insert(0, exponent + 1 - digits.size(), '0');
        digits.insert(digits.size() - exponent, ".");
    }
    return sdk::moneyFrom(digits, currency);
}

/// Somebody took it out of sight in Commerce Manager.
bool isHidden(const sdk::Json& item) {
    return item.textOr("visibility", "published") == "staging";
}

std::string reasonsIn(const sdk::Json& item) {
    std::string reasons;
    if (const auto rejected = item.items("review_rejection_reasons"))
        for (const auto& one : *rejected)
            if (const auto text = one.text()) reasons += (reasons.empty() ? "" : "; ") + *text;
    if (const auto errors = item.items("errors"))
        for (const auto& one : *errors) {
            const auto text = one.textOr("description", one.textOr("title", ""));
            if (!text.empty()) reasons += (reasons.empty() ? "" : "; ") + text;
        }
    if (isHidden(item)) reasons += (reasons.empty() ? "" : "; ") + std::string("hidden there");
    return reasons;
}

sdk::OfferState stateIn(const sdk::Json& item) {
    const auto review = item.textOr("review_status", "");
    if (review == "rejected" || isHidden(item)) return sdk::OfferState::Rejected;
    if (review == "pending" || review == "outdated") return sdk::OfferState::InReview;
    return sdk::OfferState::Live;
}

}  // namespace

sdk::Result<sdk::Done> writeRequest(sdk::JsonWriter& out, const sdk::OfferChange& change) {
    using What = sdk::OfferChange::What;
    const auto* method = change.what == What::Create   ? "CREATE"
                         : change.what == What::Update ? "UPDATE"
                                                       : "DELETE";
    out.object().key("method").text(method).key("data").object();
    if (change.what == What::Withdraw)
        out.key("id").text(change.offer.externalId);
    else
        SOUK_TRY(writeOffer(out, change.offer, change.what == What::Update));
    out.end().end();
    return sdk::Done{};
}

sdk::Result<sdk::ShownOffer> shownFrom(const sdk::Json& item) {
    sdk::ShownOffer shown;
    shown.externalId = SOUK_TRY(item.text("retailer_id"));
    shown.title = item.textOr("name", "");
    shown.state = stateIn(item);
    shown.reason = reasonsIn(item);
    const auto availability = item.textOr("availability", "in stock");
    shown.sellable = availability == "in stock" || availability == "available for order" ||
                     availability == "preorder";
    auto price = item.textOr("sale_price", "");
    if (price.empty()) price = item.textOr("price", "");
    if (price.empty()) return shown;
    const auto currency = SOUK_TRY(item.text("currency"));
    shown.price = SOUK_TRY(moneyIn(price, currency));
    return shown;
}

}  // namespace souk::meta
