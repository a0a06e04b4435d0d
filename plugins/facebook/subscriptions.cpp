#include "subscriptions.hpp"

#include "meta/graph.hpp"
#include "settings.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>

namespace souk::facebook {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;
using sdk::Subscription;

namespace {

constexpr std::string_view kCatalogue = "catalog";
constexpr std::string_view kPage = "page";
/// Of the app: "app/page".
constexpr std::string_view kOfApp = "app/";
constexpr std::string_view kPageFields = "feed,messages,message_echoes,message_reads";
constexpr std::string_view kCatalogueFields = "items_batch,product_feed";

/// The asset's edge, in whose name it is spoken to.
sdk::HttpRequest assetRequest(const sdk::Context& context,
                              std::string_view topic,
                              std::string_view method) {
    const auto settings = settingsOf(context.account);
    const bool page = topic == kPage;
    sdk::HttpRequest request;
    request.method = method;
    request.credential = page ? kPageToken : "";
    const auto path = "/" + (page ? settings.pageId : settings.catalogueId) + "/subscribed_apps";
    meta::Query query;
    if (page && method == "POST") query["subscribed_fields"] = kPageFields;
    request.url = meta::addressOf(path, query);
    return request;
}

sdk::Result<std::string> appPath(const sdk::Context& context) {
    const auto app = SOUK_TRY(context.secrets.find("client_id"));
    return "/" + std::string(app.reveal()) + "/subscriptions";
}

/// The app speaks for itself here. Its secret may have changed since connecting: that is not the
/// end of the person's grant.
sdk::Result<Json> callAsApp(sdk::Context& context, sdk::HttpRequest request) {
    request.credential = kAppToken;
    auto reply = meta::call(context, request);
    if (!reply && reply.error().kind == ErrorKind::Unauthorized)
        return Error{ErrorKind::Rejected,
                     "the app's own subscriptions cannot be reached (" + reply.error().message +
                         "); if the app's secret has changed, connect again"};
    return reply;
}

sdk::Result<std::vector<Subscription>> ofApp(sdk::Context& context) {
    sdk::HttpRequest request;
    const auto path = SOUK_TRY(appPath(context));
    request.url = meta::addressOf(path);
    const auto reply = SOUK_TRY(callAsApp(context, std::move(request)));
    std::vector<Subscription> held;
    for (const auto& one : SOUK_TRY(reply.items("data"))) {
        const auto topic = std::string(kOfApp) + one.textOr("object", "");
        if (one.booleanOr("active", true))
            held.push_back({topic, topic, one.textOr("callback_url", "")});
    }
    return held;
}

sdk::Result<sdk::Done> subscribeApp(sdk::Context& context,
                                    std::string_view object,
                                    std::string_view address) {
    const auto token = SOUK_TRY(context.secrets.find("verify_token"));
    const auto body = sdk::JsonWriter()
                          .object()
                          .key("object")
                          .text(object)
                          .key("callback_url")
                          .text(address)
                          .key("fields")
                          .text(object == kPage ? kPageFields : kCatalogueFields)
                          .key("include_values")
                          .boolean(true)
                          .key("verify_token")
                          .text(token.reveal())
                          .end()
                          .take();
    const auto path = SOUK_TRY(appPath(context));
    SOUK_TRY(callAsApp(context, meta::post(path, body, true)));
    return sdk::Done{};
}

}  // namespace

std::vector<std::string> AssetSubscriptions::wanted(const sdk::Account&) const {
    return {"app/catalog", "app/page", std::string(kCatalogue), std::string(kPage)};
}

sdk::Result<std::vector<Subscription>> AssetSubscriptions::list(sdk::Context& context) const {
    const auto app = SOUK_TRY(context.secrets.find("client_id"));
    auto held = SOUK_TRY(ofApp(context));
    for (const auto topic : {kCatalogue, kPage}) {
        const auto reply = SOUK_TRY(meta::call(context, assetRequest(context, topic, "GET")));
        const auto apps = SOUK_TRY(reply.items("data"));
        const bool ours = std::ranges::any_of(apps, [&](const Json& one) {
            return sdk::equalConstantTime(one.textOr("id", ""), app.reveal());
        });
        if (ours) held.push_back({std::string(topic), std::string(topic), {}});
    }
    return held;
}

sdk::Result<Subscription> AssetSubscriptions::create(sdk::Context& context,
                                                     std::string_view topic,
                                                     std::string_view address) const {
    Subscription made{std::string(topic), std::string(topic), {}};
    if (topic.starts_with(kOfApp)) {
        made.address = address;
        SOUK_TRY(subscribeApp(context, topic.substr(kOfApp.size()), address));
        return made;
    }
    SOUK_TRY(meta::call(context, assetRequest(context, topic, "POST")));
    return made;
}

sdk::Result<sdk::Done> AssetSubscriptions::remove(sdk::Context& context,
                                                  std::string_view externalId) const {
    // The app's own serves every account that is connected through it, and stays.
    if (externalId.starts_with(kOfApp)) return sdk::Done{};
    SOUK_TRY(meta::call(context, assetRequest(context, externalId, "DELETE")));
    return sdk::Done{};
}

}  // namespace souk::facebook
