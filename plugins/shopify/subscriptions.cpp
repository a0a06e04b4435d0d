#include "subscriptions.hpp"

#include "graphql.hpp"
#include "reading.hpp"
#include "scopes.hpp"

#include <algorithm>

#include "documents.hpp"

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

struct Wanted {
    std::string_view topic;
    std::string_view scope;  ///< empty: none needed
};

constexpr Wanted kWanted[] = {
    {"app/uninstalled", ""},
    {"app/scopes_update", ""},
    {"bulk_operations/finish", ""},
    {"products/create", "read_products"},
    {"products/update", "read_products"},
    {"products/delete", "read_products"},
    {"inventory_items/update", "read_inventory"},
    {"inventory_levels/connect", "read_inventory"},
    {"inventory_levels/update", "read_inventory"},
    {"inventory_levels/disconnect", "read_inventory"},
    {"locations/create", "read_locations"},
    {"locations/update", "read_locations"},
    {"locations/activate", "read_locations"},
    {"locations/deactivate", "read_locations"},
    {"locations/delete", "read_locations"},
    {"orders/create", "read_orders"},
    {"orders/updated", "read_orders"},
    {"orders/edited", "read_orders"},
    {"orders/cancelled", "read_orders"},
    {"orders/paid", "read_orders"},
    {"orders/fulfilled", "read_orders"},
    {"orders/delete", "read_orders"},
    {"refunds/create", "read_orders"},
    {"customers/create", "read_customers"},
    {"customers/update", "read_customers"},
    {"customers/enable", "read_customers"},
    {"customers/disable", "read_customers"},
    {"customers/delete", "read_customers"},
};

/// "inventory_levels/update" <-> "INVENTORY_LEVELS_UPDATE".
std::string enumOf(std::string_view topic) {
    std::string name(topic);
    for (char& c : name) {
        if (c == '/') c = '_';
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return name;
}

/// The enum does not say where the slash was; the topics we know do. Another topic keeps its
/// enum's letters: the host only has to see that it did not ask for it.
std::string topicOf(const std::string& name) {
    const auto known =
        std::ranges::find_if(kWanted, [&](const Wanted& one) { return enumOf(one.topic) == name; });
    return known == std::end(kWanted) ? lowered(name) : std::string(known->topic);
}

sdk::Result<sdk::Subscription> subscriptionFrom(const Json& node) {
    sdk::Subscription subscription;
    subscription.externalId = SOUK_TRY(idIn(node));
    subscription.topic = topicOf(SOUK_TRY(node.text("topic")));
    subscription.address = SOUK_TRY(node.text("uri"));
    return subscription;
}

}  // namespace

std::vector<std::string> WebhookSubscriptions::wanted(const sdk::Account& account) const {
    std::vector<std::string> topics;
    for (const auto& [topic, scope] : kWanted)
        if (scope.empty() || grants(account.scopes, scope)) topics.emplace_back(topic);
    return topics;
}

sdk::Result<std::vector<sdk::Subscription>> WebhookSubscriptions::list(
    sdk::Context& context) const {
    const Json data = SOUK_TRY(ask(context, documents::kSubscriptionList, "{}"));
    std::vector<sdk::Subscription> subscriptions;
    for (const Json& node : SOUK_TRY(nodesIn(data, "webhookSubscriptions")))
        subscriptions.push_back(SOUK_TRY(subscriptionFrom(node)));
    if (hasNextPage(data, "webhookSubscriptions"))
        return Error{ErrorKind::Unsupported,
                     "the shop holds more than 250 webhook subscriptions of this app; remove those "
                     "of addresses no longer in use"};
    return subscriptions;
}

sdk::Result<sdk::Subscription> WebhookSubscriptions::create(sdk::Context& context,
                                                            std::string_view topic,
                                                            std::string_view address) const {
    const std::string variables = sdk::JsonWriter()
                                      .object()
                                      .key("topic")
                                      .text(enumOf(topic))
                                      .key("subscription")
                                      .object()
                                      .key("uri")
                                      .text(address)
                                      .key("format")
                                      .text("JSON")
                                      .end()
                                      .end()
                                      .take();
    const Json data = SOUK_TRY(ask(context, documents::kSubscriptionCreate, variables));
    const Json payload = SOUK_TRY(data.object("webhookSubscriptionCreate"));
    SOUK_TRY(accepted(payload));
    return subscriptionFrom(SOUK_TRY(payload.object("webhookSubscription")));
}

sdk::Result<sdk::Done> WebhookSubscriptions::remove(sdk::Context& context,
                                                    std::string_view externalId) const {
    const std::string variables = sdk::JsonWriter()
                                      .object()
                                      .key("id")
                                      .text(gidOf("WebhookSubscription", externalId))
                                      .end()
                                      .take();
    const Json data = SOUK_TRY(ask(context, documents::kSubscriptionRemove, variables));
    return accepted(SOUK_TRY(data.object("webhookSubscriptionDelete")));
}

}  // namespace souk::shopify
