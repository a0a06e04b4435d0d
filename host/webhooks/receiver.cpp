#include "webhooks/receiver.hpp"

#include "core/correlation.hpp"
#include "core/text.hpp"
#include "loader/guarded.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace souk::webhooks {

namespace {

constexpr std::string_view kRoom = "webhooks";
/// How long a host may be behind on "whose account is this"; what may be done with the event is
/// decided when it is drained, from the table.
constexpr auto kRouteLife = std::chrono::seconds(2);
constexpr std::size_t kRoutesKept = 10000;
constexpr int kRetryAfterSeconds = 5;

constexpr std::array<std::string_view, 4> kNotKept{
    "authorization", "cookie", "proxy-authorization", "x-forwarded-for"};

bool sameText(std::string_view a, std::string_view b) {
    const sdk::CaseInsensitive less;
    return a.size() == b.size() && !less(a, b) && !less(b, a);
}

std::string headersJson(const sdk::Headers& headers) {
    sdk::JsonWriter json;
    json.object();
    for (const auto& [name, value] : headers) {
        const bool dropped = std::any_of(
            kNotKept.begin(), kNotKept.end(), [&](auto other) { return sameText(name, other); });
        if (!dropped) json.key(name).text(value);
    }
    return json.end().take();
}

/// "application/json; charset=utf-8" -> "application/json".
std::string_view mediaType(std::string_view header) {
    header = header.substr(0, header.find(';'));
    while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
    return header;
}

/// Names of at most 500 bytes of text: what fits an index and a log.
bool isName(std::string_view text) {
    constexpr std::size_t kLongest = 500;
    return !text.empty() && text.size() <= kLongest && core::isUtf8(text) &&
           text.find('\0') == std::string_view::npos;
}

bool isSound(const sdk::EventSlice& slice) {
    return isName(slice.account) && isName(slice.key) && isName(slice.topic);
}

}  // namespace

Receiver::Receiver(store::Database& database,
                   const loader::Catalog& catalog,
                   loader::Sessions& sessions,
                   Inbox& inbox,
                   PersonHash personHash,
                   const sdk::Clock& clock,
                   core::Log& log,
                   core::Metrics& metrics)
    : database_(database),
      catalog_(catalog),
      sessions_(sessions),
      inbox_(inbox),
      personHash_(std::move(personHash)),
      clock_(clock),
      log_(log),
      metrics_(metrics) {}

void Receiver::refuse(const std::string& platform,
                      const Reply& reply,
                      int status,
                      std::string text) {
    metrics_
        .counter("souk_webhooks_refused_total",
                 "Webhook deliveries refused, by status.",
                 {{"platform", platform}, {"status", std::to_string(status)}})
        .add();
    log_.info(kRoom,
              "refused a delivery",
              {{"platform", platform}, {"status", std::to_string(status)}, {"reason", text}});
    reply({status, std::move(text), std::nullopt});
}

std::optional<Receiver::Delivery> Receiver::open(const std::string& platform,
                                                 const sdk::WebhookRequest& request,
                                                 const Reply& reply) {
    const auto* plugin = catalog_.find(platform);
    if (plugin == nullptr || plugin->plugin->webhooks() == nullptr) {
        reply({404, "No plugin here takes webhooks of this platform; see `souk plugin list`.", {}});
        return std::nullopt;
    }
    const auto& wanted = plugin->manifest.webhooks.contentTypes;
    const auto sent = mediaType(sdk::valueOf(request.headers, "content-type"));
    if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), [&](const auto& type) {
            return sameText(type, sent);
        })) {
        refuse(platform,
               reply,
               415,
               "Content-Type is not one that " + platform + " sends; expected " + wanted.front() +
                   ".");
        return std::nullopt;
    }
    auto slices = loader::guarded(
        *plugin, "webhooks.split", [&] { return plugin->plugin->webhooks()->split(request); });
    if (!slices) {
        refuse(platform, reply, 400, slices.error().message);
        return std::nullopt;
    }
    if (!std::all_of(slices->begin(), slices->end(), isSound)) {
        refuse(platform,
               reply,
               400,
               "An event's account, key or topic is missing or is no text of at most 500 bytes.");
        return std::nullopt;
    }
    return Delivery{plugin, *std::move(slices)};
}

std::optional<Receiver::Routes> Receiver::knownRoutes(const Delivery& delivery) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    Routes routes;
    for (const auto& slice : delivery.slices) {
        if (routes.contains(slice.account)) continue;
        const auto found = cache_.find({delivery.plugin->manifest.domain, slice.account});
        if (found == cache_.end() || found->second->until <= now) return std::nullopt;
        routes.emplace(slice.account, found->second);
    }
    return routes;
}

sdk::Result<Receiver::Routes> Receiver::findRoutes(const Delivery& delivery) {
    const auto& platform = delivery.plugin->manifest.domain;
    std::map<std::string, Route, std::less<>> found;
    auto tx = database_.asWorker();
    for (const auto& slice : delivery.slices)
        if (!found.contains(slice.account))
            found.emplace(slice.account,
                          Route{store::Integrations::route(tx, platform, slice.account), {}, {}});
    tx.commit();

    Routes routes;
    for (auto& [account, route] : found) {
        const auto owner =
            route.integration ? std::optional(route.integration->storeId) : std::nullopt;
        route.secrets = SOUK_TRY(sessions_.secrets(platform, owner));
        route.until = std::chrono::steady_clock::now() + kRouteLife;
        const bool known = route.integration.has_value();
        const auto shared = std::make_shared<const Route>(std::move(route));
        routes.emplace(account, shared);
        if (!known) continue;  // a stranger is not remembered: he may be connecting now
        const std::lock_guard lock(mutex_);
        if (cache_.size() >= kRoutesKept) cache_.clear();
        cache_.insert_or_assign({platform, account}, shared);
    }
    return routes;
}

bool Receiver::tryReceive(const std::string& platform,
                          const sdk::WebhookRequest& request,
                          const Reply& reply) {
    const auto delivery = open(platform, request, reply);
    if (!delivery) return true;  // answered
    const auto routes = knownRoutes(*delivery);
    if (!routes) return false;
    accept(*delivery, *routes, request, reply);
    return true;
}

void Receiver::receive(const std::string& platform,
                       const sdk::WebhookRequest& request,
                       const Reply& reply) try {
    const auto delivery = open(platform, request, reply);
    if (!delivery) return;
    auto routes = findRoutes(*delivery);
    if (!routes) {
        log_.error(kRoom,
                   "the secrets of a delivery cannot be had",
                   {{"platform", platform}, {"error", routes.error().message}});
        reply({503,
               "The hub cannot check the signature now; send it again later.",
               kRetryAfterSeconds});
        return;
    }
    accept(*delivery, *routes, request, reply);
} catch (const store::Failure& failure) {
    log_.error(kRoom,
               "could not look up whose delivery this is",
               {{"platform", platform},
                {"error", failure.what()},
                {"fix", "see that PostgreSQL answers at database.url; the sender comes again"}});
    reply({503, "The hub cannot reach its database; send it again later.", kRetryAfterSeconds});
}

void Receiver::accept(const Delivery& delivery,
                      const Routes& routes,
                      const sdk::WebhookRequest& request,
                      const Reply& reply) {
    const auto& platform = delivery.plugin->manifest.domain;
    const auto* handler = delivery.plugin->plugin->webhooks();
    // The signature first: a stranger must not learn which accounts are here.
    for (const auto& [account, route] : routes) {
        const auto verified = loader::guarded(*delivery.plugin, "webhooks.verify", [&] {
            return handler->verify(request, *route->secrets);
        });
        if (!verified) {
            refuse(platform, reply, 401, verified.error().message);
            return;
        }
    }
    std::vector<NewEvent> events;
    for (const auto& slice : delivery.slices) {
        const auto& integration = routes.at(slice.account)->integration;
        if (!integration) {
            refuse(platform, reply, 404, "No integration here was ever connected to this account.");
            return;
        }
        NewEvent event{core::newId(),
                       integration->storeId,
                       integration->id,
                       platform,
                       slice.topic,
                       slice.key,
                       slice.account,
                       slice.triggeredAt,
                       headersJson(request.headers),
                       slice.slice.empty() ? request.body : slice.slice,
                       {}};
        event.correlation = core::Correlation::current();
        for (const auto& person : slice.people) event.people.push_back(personHash_(person));
        events.push_back(std::move(event));
    }
    if (events.empty()) {
        reply({200, "", std::nullopt});
        return;
    }
    const bool taken = inbox_.submit(std::move(events), [reply](bool durable) {
        if (durable)
            reply({200, "", std::nullopt});
        else
            reply({503,
                   "The hub could not store the event; send it again later.",
                   kRetryAfterSeconds});
    });
    if (!taken) reply({503, "The hub's inbox is full; send it again later.", kRetryAfterSeconds});
}

Answer Receiver::challenge(const std::string& platform, const sdk::WebhookRequest& request) {
    const auto* plugin = catalog_.find(platform);
    if (plugin == nullptr || plugin->plugin->webhooks() == nullptr)
        return {404, "No plugin here takes webhooks of this platform; see `souk plugin list`.", {}};
    const auto secrets = sessions_.secrets(platform, std::nullopt);
    if (!secrets) return {403, secrets.error().message, {}};
    auto answer = loader::guarded(*plugin, "webhooks.challenge", [&] {
        return plugin->plugin->webhooks()->challenge(request, **secrets);
    });
    if (answer) return {200, *std::move(answer), {}};
    const bool unsupported = answer.error().kind == sdk::ErrorKind::Unsupported;
    return {unsupported ? 405 : 403, answer.error().message, {}};
}

}  // namespace souk::webhooks
