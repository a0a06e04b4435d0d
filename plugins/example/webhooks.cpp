#include "webhooks.hpp"

#include "translate.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

namespace souk::example {

namespace {

constexpr std::string_view kChallenge = "challenge=";

/// "products/updated" is about products.
sdk::Result<sdk::Entity> entityOf(std::string_view topic) {
    if (topic.starts_with("products/")) return sdk::Entity::Product;
    if (topic.starts_with("customers/")) return sdk::Entity::Customer;
    if (topic.starts_with("orders/")) return sdk::Entity::Order;
    return sdk::Error{sdk::ErrorKind::Unsupported, "unknown topic '" + std::string(topic) + "'"};
}

/// Ids and addresses of the people an event tells about.
std::vector<std::string> peopleIn(const sdk::Json& event) {
    std::vector<std::string> people;
    const auto data = event.at("data");
    const bool isCustomer = event.textOr("topic", "").starts_with("customers/");
    for (const auto* const key : {isCustomer ? "id" : "customer_id", "email"})
        if (auto value = data.textOr(key, ""); !value.empty()) people.push_back(std::move(value));
    return people;
}

sdk::Result<sdk::EventSlice> sliceFrom(const sdk::Json& event, const std::string& account) {
    sdk::EventSlice slice;
    slice.account = account;
    slice.key = SOUK_TRY(event.text("id"));
    slice.topic = SOUK_TRY(event.text("topic"));
    slice.slice = event.raw();
    const auto at = SOUK_TRY(event.text("at"));
    slice.triggeredAt = SOUK_TRY(sdk::timestampFrom(at));
    slice.people = peopleIn(event);
    return slice;
}

}  // namespace

sdk::Result<std::string> Webhooks::challenge(const sdk::WebhookRequest& request,
                                             const sdk::Secrets&) const {
    if (!request.query.starts_with(kChallenge))
        return sdk::Error{sdk::ErrorKind::BadPayload, "no challenge in the query"};
    return sdk::percentDecode(std::string_view(request.query).substr(kChallenge.size()));
}

sdk::Result<std::vector<sdk::EventSlice>> Webhooks::split(
    const sdk::WebhookRequest& request) const {
    const auto body = SOUK_TRY(sdk::Json::parse(request.body));
    const auto account = SOUK_TRY(body.text("account"));
    std::vector<sdk::EventSlice> slices;
    for (const auto& event : SOUK_TRY(body.items("events"))) {
        auto slice = SOUK_TRY(sliceFrom(event, account));
        slices.push_back(std::move(slice));
    }
    return slices;
}

// https://api.example.test/docs#signatures
sdk::Result<sdk::Done> Webhooks::verify(const sdk::WebhookRequest& request,
                                        const sdk::Secrets& secrets) const {
    const auto given = sdk::valueOf(request.headers, "X-Example-Signature");
    for (const auto& secret : secrets.all("client_secret"))
        if (sdk::equalConstantTime(given,
                                   sdk::base64(sdk::hmacSha256(secret.reveal(), request.body))))
            return sdk::Done{};
    return sdk::Error{sdk::ErrorKind::Unauthorized, "the signature does not fit the body"};
}

sdk::Result<std::vector<sdk::Record>> Webhooks::translate(const sdk::StoredEvent& event,
                                                          const sdk::Account&) const {
    const auto body = SOUK_TRY(sdk::Json::parse(event.body));
    if (event.topic == "account/closed") {
        sdk::AccountChange change;
        change.what = sdk::AccountChange::What::Uninstalled;
        change.at = event.triggeredAt;
        return std::vector<sdk::Record>{std::move(change)};
    }
    const auto entity = SOUK_TRY(entityOf(event.topic));
    const auto data = SOUK_TRY(body.object("data"));
    if (!event.topic.ends_with("/deleted")) return recordsFrom(entity, data);
    sdk::Deletion deletion;
    deletion.entity = entity;
    deletion.externalId = SOUK_TRY(data.text("id"));
    deletion.at = event.triggeredAt;
    return std::vector<sdk::Record>{std::move(deletion)};
}

}  // namespace souk::example
