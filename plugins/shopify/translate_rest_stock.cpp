#include "translate_rest.hpp"

namespace souk::shopify::rest {

using sdk::Json;

namespace {

constexpr std::pair<std::string_view, std::string_view> kLocationAddress[] = {
    {"address1", "address1"},
    {"address2", "address2"},
    {"city", "city"},
    {"province", "province"},
    {"province_code", "province_code"},
    {"postal_code", "zip"},
    // `country` of a location is a code here and a name in GraphQL.
    {"country", "country_name"},
    {"country_code", "country_code"},
    {"phone", "phone"},
};

}  // namespace

sdk::Result<sdk::Record> locationFrom(const Json& body, const sdk::Account&) {
    sdk::Location location;
    location.externalId = SOUK_TRY(idIn(body));
    location.name = SOUK_TRY(body.text("name"));
    location.active = SOUK_TRY(body.boolean("active"));
    location.address = shopify::addressFrom(body, {}, kLocationAddress);
    location.updatedAt = SOUK_TRY(timeOrUnknownIn(body, "updated_at"));
    location.extra = body.raw();
    return sdk::Record(std::move(location));
}

sdk::Result<sdk::Record> stockFrom(const Json& body, const sdk::Account&) {
    sdk::StockLevel stock;
    stock.inventoryItemId = SOUK_TRY(body.text("inventory_item_id"));
    stock.locationExternalId = SOUK_TRY(body.text("location_id"));
    if (body.has("available")) stock.available = SOUK_TRY(body.integer("available"));
    stock.updatedAt = SOUK_TRY(timeIn(body, "updated_at"));
    return sdk::Record(std::move(stock));
}

sdk::Result<std::string> stockKeyIn(const Json& body) {
    return sdk::StockLevel::key(SOUK_TRY(body.text("inventory_item_id")),
                                SOUK_TRY(body.text("location_id")));
}

}  // namespace souk::shopify::rest
