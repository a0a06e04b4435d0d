#include "translate_rest.hpp"

#include <algorithm>

namespace souk::shopify::rest {

using sdk::Json;

namespace {

constexpr std::pair<std::string_view, std::string_view> kAddress[] = {
    {"company", "company"},
    {"address1", "address1"},
    {"address2", "address2"},
    {"city", "city"},
    {"province", "province"},
    {"province_code", "province_code"},
    {"postal_code", "zip"},
    {"country", "country"},
    {"country_code", "country_code"},
    {"phone", "phone"},
};

sdk::Result<Json> defaultAddressIn(const Json& body) {
    if (body.has("default_address")) return body.at("default_address");
    for (const Json& address : SOUK_TRY(listIn(body, "addresses")))
        if (address.booleanOr("default", false)) return address;
    return body.at("default_address");
}

}  // namespace

std::string addressFrom(const Json& address) {
    return shopify::addressFrom(address, nameIn(address, "first_name", "last_name"), kAddress);
}

sdk::Result<sdk::Record> customerFrom(const Json& body, const sdk::Account&) {
    std::string id = SOUK_TRY(idIn(body));
    // Newer webhook versions leave the tags out; taking that for "no tags" would wipe them.
    const auto keys = body.keys();
    if (std::ranges::find(keys, "tags") == keys.end())
        return sdk::Record(
            sdk::Refetch{sdk::Entity::Customer, std::move(id), "the webhook body carries no tags"});

    sdk::Customer customer;
    customer.externalId = std::move(id);
    customer.email = textIn(body, "email");
    customer.phone = textIn(body, "phone");
    customer.firstName = textIn(body, "first_name");
    customer.lastName = textIn(body, "last_name");
    customer.state = lowered(textIn(body, "state"));
    customer.tags = joinedTagsIn(body, "tags");
    customer.defaultAddress = addressFrom(SOUK_TRY(defaultAddressIn(body)));
    customer.createdAt = SOUK_TRY(timeOrUnknownIn(body, "created_at"));
    customer.updatedAt = SOUK_TRY(timeIn(body, "updated_at"));
    customer.extra = body.raw();
    return sdk::Record(std::move(customer));
}

}  // namespace souk::shopify::rest
