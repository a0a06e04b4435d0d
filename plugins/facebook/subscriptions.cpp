#include "subscriptions.hpp"

#include "meta/graph.hpp"
#include "settings.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>

namespace souk::facebook {

namespace {

constexpr std::string_view kCatalogue = "catalog";
constexpr std::string_view kPage = "page";

/// The asset's edge, in whose name it is spoken to.
sdk::HttpRequest requestFor(const sdk::Context& context,
                            std::string_view topic,
                            std::string_view method) {
    const auto settings = settingsOf(context.account);
    const bool page = topic == kPage;
    sdk::HttpRequest request;
    request.method = method;
    request.credential = page ? kPageToken : "";
    const auto path = "/" + (page ? settings.pageId : settings.catalogueId) + "/subscribed_apps";
    meta::Query query;
    if (page && method == "POST") query["subscribed_fields"] = "feed,messages,message_reads";
    request.url = meta::addressOf(path, query);
    return request;
}

}  // namespace

std::vector<std::string> AssetSubscriptions::wanted(const sdk::Account&) const {
    return {std::string(kCatalogue), std::string(kPage)};
}

sdk::Result<std::vector<sdk::Subscription>> AssetSubscriptions::list(sdk::Context& context) const {
    const auto app = SOUK_TRY(context.secrets.find("client_id"));
    std::vector<sdk::Subscription> held;
    for (const auto topic : {kCatalogue, kPage}) {
        const auto reply = SOUK_TRY(meta::call(context, requestFor(context, topic, "GET")));
        const auto apps = SOUK_TRY(reply.items("data"));
        const bool ours = std::ranges::any_of(apps, [&](const sdk::Json& one) {
            return sdk::equalConstantTime(one.textOr("id", ""), app.reveal());
        });
        if (ours) held.push_back({std::string(topic), std::string(topic), {}});
    }
    return held;
}

sdk::Result<sdk::Subscription> AssetSubscriptions::create(sdk::Context& context,
                                                          std::string_view topic,
                                                          std::string_view) const {
    SOUK_TRY(meta::call(context, requestFor(context, topic, "POST")));
    return sdk::Subscription{std::string(topic), std::string(topic), {}};
}

sdk::Result<sdk::Done> AssetSubscriptions::remove(sdk::Context& context,
                                                  std::string_view externalId) const {
    SOUK_TRY(meta::call(context, requestFor(context, externalId, "DELETE")));
    return sdk::Done{};
}

}  // namespace souk::facebook
