#include "subscriptions.hpp"

#include "api.hpp"

#include <souk/sdk/crypto.hpp>

namespace souk::example {

namespace {

sdk::Result<sdk::Subscription> subscriptionFrom(const sdk::Json& item) {
    sdk::Subscription subscription;
    subscription.externalId = SOUK_TRY(item.text("id"));
    subscription.topic = SOUK_TRY(item.text("topic"));
    subscription.address = SOUK_TRY(item.text("address"));
    return subscription;
}

}  // namespace

std::vector<std::string> ExampleSubscriptions::wanted(const sdk::Account&) const {
    return {"products/updated",
            "products/deleted",
            "customers/updated",
            "customers/deleted",
            "orders/updated",
            "account/closed"};
}

// https://api.example.test/docs#webhooks
sdk::Result<std::vector<sdk::Subscription>> ExampleSubscriptions::list(
    sdk::Context& context) const {
    const auto reply = SOUK_TRY(get(context, "/v1/webhooks"));
    std::vector<sdk::Subscription> subscriptions;
    for (const auto& item : SOUK_TRY(reply.items("items"))) {
        auto subscription = SOUK_TRY(subscriptionFrom(item));
        subscriptions.push_back(std::move(subscription));
    }
    return subscriptions;
}

sdk::Result<sdk::Subscription> ExampleSubscriptions::create(sdk::Context& context,
                                                            std::string_view topic,
                                                            std::string_view address) const {
    sdk::HttpRequest request;
    request.method = "POST";
    request.url = std::string(kApi) + "/v1/webhooks";
    request.headers["Content-Type"] = "application/json";
    request.body = sdk::JsonWriter()
                       .object()
                       .key("topic")
                       .text(topic)
                       .key("address")
                       .text(address)
                       .end()
                       .take();
    request.repeatable = false;  // a second POST would make a second subscription
    const auto reply = SOUK_TRY(call(context, request));
    return subscriptionFrom(reply);
}

sdk::Result<sdk::Done> ExampleSubscriptions::remove(sdk::Context& context,
                                                    std::string_view externalId) const {
    sdk::HttpRequest request;
    request.method = "DELETE";
    request.url = std::string(kApi) + "/v1/webhooks/" + sdk::percentEncode(externalId);
    const auto gone = call(context, request);
    if (!gone && gone.error().kind != sdk::ErrorKind::NotFound) return gone.error();
    return sdk::Done{};
}

}  // namespace souk::example
