#include "subscriptions.hpp"

#include "meta/graph.hpp"
#include "settings.hpp"
#include "wire.hpp"

#include <souk/sdk/crypto.hpp>

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

sdk::Result<std::vector<sdk::Subscription>> AccountSubscription::list(sdk::Context& context) const {
    const auto ours = SOUK_TRY(context.secrets.find(kAppId));
    const auto reply = SOUK_TRY(meta::get(context, pathOf(context)));
    std::vector<sdk::Subscription> held;
    for (const auto& one : SOUK_TRY(reply.items("data"))) {
        const auto app = one.at("whatsapp_business_api_data").textOr("id", "");
        if (sdk::equalConstantTime(app, ours.reveal()))  // others may be subscribed besides
            held.push_back({app, kTopic, one.textOr("override_callback_uri", "")});
    }
    return held;
}

sdk::Result<sdk::Subscription> AccountSubscription::create(sdk::Context& context,
                                                           std::string_view topic,
                                                           std::string_view address) const {
    const auto ours = SOUK_TRY(context.secrets.find(kAppId));
    sdk::Subscription made{std::string(ours.reveal()), std::string(topic), {}};
    sdk::JsonWriter body;
    body.object();
    if (const auto token = context.secrets.find("verify_token")) {
        made.address = address;
        body.key("override_callback_uri").text(address).key("verify_token").text(token->reveal());
    }
    // Subscribing again changes nothing.
    SOUK_TRY(meta::call(context, meta::post(pathOf(context), body.end().take(), true)));
    return made;
}

sdk::Result<sdk::Done> AccountSubscription::remove(sdk::Context& context, std::string_view) const {
    sdk::HttpRequest request;
    request.method = "DELETE";
    request.url = meta::addressOf(pathOf(context));
    SOUK_TRY(meta::call(context, request));
    return sdk::Done{};
}

}  // namespace souk::whatsapp
