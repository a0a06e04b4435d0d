#include "subscriptions.hpp"

#include "meta/graph.hpp"
#include "settings.hpp"
#include "wire.hpp"

namespace souk::whatsapp {

namespace {

constexpr const char* kTopic = "whatsapp_business_account";

std::string pathOf(const sdk::Context& context) {
    return "/" + settingsOf(context.account).businessId + "/subscribed_apps";
}

}  // namespace

std::vector<std::string> AccountSubscription::wanted(const sdk::Account&) const {
    return {kTopic};
}

sdk::Result<std::vector<sdk::Subscription>> AccountSubscription::list(
    sdk::Context& context) const {
    const auto reply = SOUK_TRY(meta::get(context, pathOf(context)));
    std::vector<sdk::Subscription> held;
    for (const auto& one : SOUK_TRY(reply.items("data")))
        held.push_back({one.at("whatsapp_business_api_data").textOr("id", ""),
                        kTopic,
                        one.textOr("override_callback_uri", "")});
    return held;
}

sdk::Result<sdk::Subscription> AccountSubscription::create(sdk::Context& context,
                                                           std::string_view topic,
                                                           std::string_view address) const {
    sdk::JsonWriter body;
    body.object();
    if (const auto token = context.secrets.find("verify_token"))
        body.key("override_callback_uri").text(address).key("verify_token").text(token->reveal());
    // Subscribing again changes nothing.
    SOUK_TRY(meta::call(context, meta::post(pathOf(context), body.end().take(), true)));
    return sdk::Subscription{std::string(kTopic), std::string(topic), std::string(address)};
}

sdk::Result<sdk::Done> AccountSubscription::remove(sdk::Context& context,
                                                   std::string_view) const {
    sdk::HttpRequest request;
    request.method = "DELETE";
    request.url = meta::addressOf(pathOf(context));
    SOUK_TRY(meta::call(context, request));
    return sdk::Done{};
}

}  // namespace souk::whatsapp
