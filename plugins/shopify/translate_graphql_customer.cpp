#include "translate_graphql.hpp"

namespace souk::shopify::graphql {

using sdk::Json;

std::string addressFrom(const Json& address) {
    static constexpr std::pair<std::string_view, std::string_view> kKeys[] = {
        {"company", "company"},
        {"address1", "address1"},
        {"address2", "address2"},
        {"city", "city"},
        {"province", "province"},
        {"province_code", "provinceCode"},
        {"postal_code", "zip"},
        {"country", "country"},
        {"country_code", "countryCodeV2"},
        {"phone", "phone"},
    };
    return shopify::addressFrom(address, nameIn(address, "firstName", "lastName"), kKeys);
}

sdk::Result<sdk::Record> customerFrom(const Json& node, const sdk::Account&) {
    sdk::Customer customer;
    customer.externalId = SOUK_TRY(idIn(node));
    customer.email = textIn(node.at("defaultEmailAddress"), "emailAddress");
    customer.phone = textIn(node.at("defaultPhoneNumber"), "phoneNumber");
    customer.firstName = textIn(node, "firstName");
    customer.lastName = textIn(node, "lastName");
    customer.state = lowered(textIn(node, "state"));
    customer.tags = SOUK_TRY(listedTagsIn(node, "tags"));
    customer.defaultAddress = addressFrom(node.at("defaultAddress"));
    customer.createdAt = SOUK_TRY(timeOrUnknownIn(node, "createdAt"));
    customer.updatedAt = SOUK_TRY(timeIn(node, "updatedAt"));
    customer.extra = node.raw();
    return sdk::Record(std::move(customer));
}

}  // namespace souk::shopify::graphql
