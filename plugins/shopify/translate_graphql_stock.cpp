#include "translate_graphql.hpp"

namespace souk::shopify::graphql {

using sdk::Json;

namespace {

constexpr std::pair<std::string_view, std::string_view> kLocationAddress[] = {
    {"address1", "address1"},
    {"address2", "address2"},
    {"city", "city"},
    {"province", "province"},
    {"province_code", "provinceCode"},
    {"postal_code", "zip"},
    {"country", "country"},
    {"country_code", "countryCode"},
    {"phone", "phone"},
};

}  // namespace

sdk::Result<sdk::Record> locationFrom(const Json& node, const sdk::Account&) {
    sdk::Location location;
    location.externalId = SOUK_TRY(idIn(node));
    location.name = SOUK_TRY(node.text("name"));
    location.active = SOUK_TRY(node.boolean("isActive"));
    location.address = shopify::addressFrom(node.at("address"), {}, kLocationAddress);
    location.updatedAt = SOUK_TRY(timeOrUnknownIn(node, "updatedAt"));
    location.extra = node.raw();
    return sdk::Record(std::move(location));
}

sdk::Result<sdk::Record> stockFrom(const Json& level, const StockPlace& place) {
    sdk::StockLevel stock;
    stock.inventoryItemId = place.inventoryItemId;
    stock.locationExternalId = place.locationExternalId;
    stock.updatedAt = SOUK_TRY(timeIn(level, "updatedAt"));
    // An untracked item has a quantity of nothing in GraphQL and a null in webhooks.
    if (!place.tracked) return sdk::Record(std::move(stock));
    for (const Json& quantity : SOUK_TRY(level.items("quantities")))
        if (textIn(quantity, "name") == "available")
            stock.available = SOUK_TRY(quantity.integer("quantity"));
    return sdk::Record(std::move(stock));
}

}  // namespace souk::shopify::graphql
