#include "webhooks.hpp"

#include "reading.hpp"
#include "scopes.hpp"
#include "shop_domain.hpp"
#include "translate_rest.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>
#include <array>

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

using Records = std::vector<sdk::Record>;

/// Classic deliveries say X-Shopify-Topic, those of the newer Events family Shopify-Topic.
std::string_view shopifyHeader(const sdk::Headers& headers, std::string_view name) {
    const auto classic = sdk::valueOf(headers, std::string("X-Shopify-").append(name));
    return classic.empty() ? sdk::valueOf(headers, std::string("Shopify-").append(name)) : classic;
}

sdk::Result<std::string> requiredHeader(const sdk::Headers& headers, std::string_view name) {
    const auto value = shopifyHeader(headers, name);
    if (!value.empty()) return std::string(value);
    return Error{ErrorKind::BadPayload,
                 "header X-Shopify-" + std::string(name) + ": missing; is this from Shopify?"};
}

void addPerson(std::vector<std::string>& people, std::string person) {
    if (person.empty() || std::ranges::find(people, person) != people.end()) return;
    people.push_back(std::move(person));
}

void addPeopleOf(std::vector<std::string>& people, const Json& customer) {
    if (const auto id = idIn(customer)) addPerson(people, *id);
    addPerson(people, lowered(textIn(customer, "email")));
}

bool speaksOfPeople(std::string_view topic) {
    static constexpr std::array<std::string_view, 3> kFamilies{"customers/", "orders/", "refunds/"};
    return std::ranges::any_of(kFamilies, [&](auto family) { return topic.starts_with(family); });
}

/// Whoever is in the body. A body that cannot be read has nobody: whether it is Shopify's is for
/// verify() to say, and translate() then refuses it with a reason.
std::vector<std::string> peopleIn(std::string_view topic, std::string_view bytes) {
    std::vector<std::string> people;
    if (!speaksOfPeople(topic)) return people;
    const auto body = Json::parse(bytes);
    if (!body) return people;
    // A privacy topic keeps the person under "customer"; every other customers/* body is one.
    const bool isCustomer = topic.starts_with("customers/") && !body->has("customer");
    addPeopleOf(people, isCustomer ? *body : body->at("customer"));
    addPerson(people, lowered(textIn(*body, "email")));
    addPerson(people, lowered(textIn(*body, "contact_email")));
    // A refund names no person, an order of a guest no customer: their order does.
    addPerson(people, textIn(*body, "order_id"));
    addPerson(people, textIn(body->at("order_edit"), "order_id"));
    if (topic.starts_with("orders/"))
        if (const auto id = idIn(*body)) addPerson(people, *id);
    return people;
}

sdk::Result<Records> one(sdk::Result<sdk::Record> record) {
    if (!record) return std::move(record).error();
    Records records;
    records.push_back(*std::move(record));
    return records;
}

sdk::Result<Records> deletionOf(sdk::Entity entity, const Json& body) {
    return one(sdk::Record(sdk::Deletion{entity, SOUK_TRY(idIn(body)), {}}));
}

sdk::Result<Records> refetchOf(sdk::Entity entity, std::string externalId, std::string reason) {
    return one(sdk::Record(sdk::Refetch{entity, std::move(externalId), std::move(reason)}));
}

using Translator = sdk::Result<Records> (*)(const Json& body,
                                            const sdk::StoredEvent& event,
                                            const sdk::Account& account);

template <sdk::Result<sdk::Record> (*Translate)(const Json&, const sdk::Account&)>
sdk::Result<Records> translated(const Json& body,
                                const sdk::StoredEvent&,
                                const sdk::Account& account) {
    return one(Translate(body, account));
}

template <sdk::Entity Which>
sdk::Result<Records> deleted(const Json& body, const sdk::StoredEvent&, const sdk::Account&) {
    return deletionOf(Which, body);
}

sdk::Result<Records> levelDisconnected(const Json& body,
                                       const sdk::StoredEvent&,
                                       const sdk::Account&) {
    return one(
        sdk::Record(sdk::Deletion{sdk::Entity::Stock, SOUK_TRY(rest::stockKeyIn(body)), {}}));
}

/// The body is the item: whether it is tracked and its SKU, but not where it lies nor whose it is.
sdk::Result<Records> itemUpdated(const Json& body, const sdk::StoredEvent&, const sdk::Account&) {
    return refetchOf(sdk::Entity::Stock,
                     sdk::StockLevel::key(SOUK_TRY(idIn(body)), ""),
                     "the inventory item changed");
}

sdk::Result<Records> orderEdited(const Json& body, const sdk::StoredEvent&, const sdk::Account&) {
    const Json edit = SOUK_TRY(body.object("order_edit"));
    return refetchOf(
        sdk::Entity::Order, SOUK_TRY(edit.text("order_id")), "the body tells the edit only");
}

sdk::Result<Records> refundCreated(const Json& body, const sdk::StoredEvent&, const sdk::Account&) {
    return refetchOf(
        sdk::Entity::Order, SOUK_TRY(body.text("order_id")), "the body tells the refund only");
}

sdk::Result<Records> uninstalled(const Json&, const sdk::StoredEvent& event, const sdk::Account&) {
    return one(sdk::Record(
        sdk::AccountChange{sdk::AccountChange::What::Uninstalled, {}, event.triggeredAt}));
}

sdk::Result<Records> scopesUpdated(const Json& body,
                                   const sdk::StoredEvent& event,
                                   const sdk::Account&) {
    std::vector<std::string> scopes;
    for (const Json& scope : SOUK_TRY(body.items("current")))
        scopes.push_back(SOUK_TRY(scope.text()));
    const auto at = SOUK_TRY(optionalTimeIn(body, "updated_at"));
    return one(sdk::Record(sdk::AccountChange{sdk::AccountChange::What::ScopesChanged,
                                              expandedScopes(std::move(scopes)),
                                              at ? at : event.triggeredAt}));
}

sdk::Result<std::vector<std::string>> idsIn(const Json& body, std::string_view key) {
    std::vector<std::string> ids;
    for (const Json& id : SOUK_TRY(listIn(body, key))) ids.push_back(SOUK_TRY(id.text()));
    return ids;
}

sdk::Result<Records> dataRequested(const Json& body, const sdk::StoredEvent&, const sdk::Account&) {
    sdk::PrivacyRequest request;
    request.what = sdk::PrivacyRequest::What::Export;
    request.customerExternalId = SOUK_TRY(idIn(body.at("customer")));
    request.orderExternalIds = SOUK_TRY(idsIn(body, "orders_requested"));
    request.requestId = textIn(body.at("data_request"), "id");
    return one(sdk::Record(std::move(request)));
}

sdk::Result<Records> customerRedacted(const Json& body,
                                      const sdk::StoredEvent&,
                                      const sdk::Account&) {
    sdk::PrivacyRequest request;
    request.what = sdk::PrivacyRequest::What::EraseCustomer;
    request.customerExternalId = SOUK_TRY(idIn(body.at("customer")));
    request.orderExternalIds = SOUK_TRY(idsIn(body, "orders_to_redact"));
    return one(sdk::Record(std::move(request)));
}

sdk::Result<Records> shopRedacted(const Json&, const sdk::StoredEvent&, const sdk::Account&) {
    return one(sdk::Record(sdk::PrivacyRequest{sdk::PrivacyRequest::What::EraseStore, {}, {}, {}}));
}

sdk::Result<Records> bulkFinished(const Json& body,
                                  const sdk::StoredEvent& event,
                                  const sdk::Account&) {
    std::string id = SOUK_TRY(idIn(body));
    std::string detail = textIn(body, "status");
    const std::string problem = textIn(body, "error_code");
    if (!problem.empty()) detail += ": " + problem;
    return one(sdk::Record(sdk::Notice{event.topic, std::move(id), std::move(detail)}));
}

struct Route {
    std::string_view topic;
    Translator translate;
};

constexpr Translator kProduct = &translated<&rest::productFrom>;
constexpr Translator kStock = &translated<&rest::stockFrom>;
constexpr Translator kLocation = &translated<&rest::locationFrom>;
constexpr Translator kOrder = &translated<&rest::orderFrom>;
constexpr Translator kCustomer = &translated<&rest::customerFrom>;

constexpr Route kRoutes[] = {
    {"products/create", kProduct},
    {"products/update", kProduct},
    {"products/delete", &deleted<sdk::Entity::Product>},
    {"inventory_levels/connect", kStock},
    {"inventory_levels/update", kStock},
    {"inventory_levels/disconnect", &levelDisconnected},
    {"inventory_items/update", &itemUpdated},
    {"locations/create", kLocation},
    {"locations/update", kLocation},
    {"locations/activate", kLocation},
    {"locations/deactivate", kLocation},
    {"locations/delete", &deleted<sdk::Entity::Location>},
    {"orders/create", kOrder},
    {"orders/updated", kOrder},
    {"orders/cancelled", kOrder},
    {"orders/paid", kOrder},
    {"orders/fulfilled", kOrder},
    {"orders/partially_fulfilled", kOrder},
    {"orders/edited", &orderEdited},
    {"orders/delete", &deleted<sdk::Entity::Order>},
    {"refunds/create", &refundCreated},
    {"customers/create", kCustomer},
    {"customers/update", kCustomer},
    {"customers/enable", kCustomer},
    {"customers/disable", kCustomer},
    {"customers/delete", &deleted<sdk::Entity::Customer>},
    {"app/uninstalled", &uninstalled},
    {"app/scopes_update", &scopesUpdated},
    {"bulk_operations/finish", &bulkFinished},
    {"customers/data_request", &dataRequested},
    {"customers/redact", &customerRedacted},
    {"shop/redact", &shopRedacted},
};

}  // namespace

sdk::Result<std::vector<sdk::EventSlice>> Webhooks::split(
    const sdk::WebhookRequest& request) const {
    sdk::EventSlice slice;
    slice.account = lowered(SOUK_TRY(requiredHeader(request.headers, "Shop-Domain")));
    if (!isShopDomain(slice.account))
        return Error{ErrorKind::BadPayload, "header X-Shopify-Shop-Domain: is no shop's address"};
    slice.key = SOUK_TRY(requiredHeader(request.headers, "Webhook-Id"));
    slice.topic = lowered(SOUK_TRY(requiredHeader(request.headers, "Topic")));
    const auto triggered = sdk::timestampFrom(shopifyHeader(request.headers, "Triggered-At"));
    if (triggered) slice.triggeredAt = *triggered;
    slice.people = peopleIn(slice.topic, request.body);
    return std::vector{std::move(slice)};
}

sdk::Result<sdk::Done> Webhooks::verify(const sdk::WebhookRequest& request,
                                        const sdk::Secrets& secrets) const {
    const std::string sent = SOUK_TRY(requiredHeader(request.headers, "Hmac-Sha256"));
    // Shopify signs with the oldest secret that is not revoked yet.
    const auto keys = secrets.all("client_secret");
    if (keys.empty())
        return Error{ErrorKind::Unauthorized,
                     "no client secret of the Shopify app is known; set it with souk app set"};
    bool genuine = false;
    for (const auto& key : keys)
        genuine |=
            sdk::equalConstantTime(sent, sdk::base64(sdk::hmacSha256(key.reveal(), request.body)));
    if (genuine) return sdk::Done{};
    return Error{ErrorKind::Unauthorized,
                 "the signature does not match any client secret of the Shopify app"};
}

sdk::Result<Records> Webhooks::translate(const sdk::StoredEvent& event,
                                         const sdk::Account& account) const {
    const auto route = std::ranges::find(kRoutes, event.topic, &Route::topic);
    if (route == std::end(kRoutes))
        return one(
            sdk::Record(sdk::Notice{event.topic, {}, "a topic this plugin does not translate"}));
    const Json body = SOUK_TRY(Json::parse(event.body));
    return route->translate(body, event, account);
}

}  // namespace souk::shopify
