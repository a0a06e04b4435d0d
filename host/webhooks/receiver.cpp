#include "webhooks/receiver.hpp"

#include "core/correlation.hpp"
#include "core/text.hpp"
#include "loader/guarded.hpp"
#include "webhooks/answered.hpp"

#include <souk/sdk/crypto.hpp>
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
                   std::string publicUrl,
                   const sdk::Clock& clock,
                   core::Log& log,
                   core::Metrics& metrics)
    : database_(database),
      catalog_(catalog),
      sessions_(sessions),
      inbox_(inbox),
      personHash_(std::move(personHash)),
      publicUrl_(std::move(publicUrl)),
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
    Delivery delivery{plugin, *std::move(slices), {}, {}};
    if (const auto found = findAnswer(delivery, request); !found) {
        refuse(platform, reply, 400, found.error().message);
        return std::nullopt;
    }
    return delivery;
}

/// Only a delivery of one event is read by its sender.
sdk::Result<sdk::Done> Receiver::findAnswer(Delivery& delivery,
                                            const sdk::WebhookRequest& request) {
    if (delivery.slices.size() != 1) return sdk::Done{};
    constexpr std::size_t kCodeLetters = 32;
    const auto& platform = delivery.plugin->manifest.domain;
    const auto& slice = delivery.slices.front();
    const auto hash = personHash_("answer " + platform + ' ' + slice.account + ' ' + slice.key);
    delivery.code = sdk::hex(sdk::sha256(hash)).substr(0, kCodeLetters);
    const sdk::StatusPage page{
        delivery.code, publicUrl_ + "/api/webhooks/" + platform + "/requests/" + delivery.code};
    delivery.answer = SOUK_TRY(loader::guarded(*delivery.plugin, "webhooks.answer", [&] {
        return delivery.plugin->plugin->webhooks()->answer(request, page);
    }));
    return sdk::Done{};
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
    std::map<std::string, std::vector<store::IntegrationRow>> found;
    auto tx = database_.asWorker();
    for (const auto& slice : delivery.slices)
        if (!found.contains(slice.account))
            found.emplace(slice.account, store::Integrations::route(tx, platform, slice.account));
    tx.commit();

    Routes routes;
    for (const auto& [account, integrations] : found) {
        auto route = std::make_shared<Route>();
        for (const auto& one : integrations)
            route->holders.push_back({one.storeId, one.id, SOUK_TRY(sessions_.secretsOf(one))});
        if (integrations.empty())
            route->strangers = SOUK_TRY(sessions_.secrets(platform, std::nullopt));
        route->until = std::chrono::steady_clock::now() + kRouteLife;
        routes.emplace(account, route);
        if (integrations.empty()) continue;  // a stranger is not remembered: he may connect now
        const std::lock_guard lock(mutex_);
        if (cache_.size() >= kRoutesKept) cache_.clear();
        cache_.insert_or_assign({platform, account}, route);
    }
    return routes;
}

bool Receiver::tryReceive(const std::string& platform,
                          const sdk::WebhookRequest& request,
                          const Reply& reply) {
    const auto delivery = open(platform, request, reply);
    if (!delivery) return true;                   // answered
    if (!delivery->answer.empty()) return false;  // is kept in the database first
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
    // The signature first: a stranger must not learn which accounts are here.
    const auto proven = verified(delivery, request, routes);
    if (!proven) {
        refuse(platform, reply, 401, proven.error().message);
        return;
    }
    std::vector<NewEvent> events;
    for (const auto& slice : delivery.slices) {
        const auto& holders = proven->at(slice.account);
        if (holders.empty() && delivery.answer.empty()) {
            refuse(platform, reply, 404, "No integration here was ever connected to this account.");
            return;
        }
        for (const auto* holder : holders) {
            NewEvent event{core::newId(),
                           holder->storeId,
                           holder->id,
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
    }
    const Answer done{200, delivery.answer, std::nullopt, !delivery.answer.empty()};
    if (done.json) {
        auto tx = database_.asWorker();
        keepAnswered(tx,
                     delivery.code,
                     {platform,
                      clock_.now(),
                      static_cast<std::int64_t>(events.size()),
                      core::Correlation::current()});
        tx.commit();
    }
    if (events.empty()) {
        reply(done);
        return;
    }
    const bool taken = inbox_.submit(std::move(events), [reply, done](bool durable) {
        if (durable)
            reply(done);
        else
            reply({503,
                   "The hub could not store the event; send it again later.",
                   kRetryAfterSeconds});
    });
    if (!taken) reply({503, "The hub's inbox is full; send it again later.", kRetryAfterSeconds});
}

/// Each account's holders whose secrets fit the signature; an account whose holders' secrets all do
/// not refuses the whole delivery.
sdk::Result<Receiver::Holders> Receiver::verified(const Delivery& delivery,
                                                  const sdk::WebhookRequest& request,
                                                  const Routes& routes) {
    const auto* handler = delivery.plugin->plugin->webhooks();
    const auto fits = [&](const sdk::Secrets& secrets) {
        return loader::guarded(
            *delivery.plugin, "webhooks.verify", [&] { return handler->verify(request, secrets); });
    };
    Holders proven;
    for (const auto& [account, route] : routes) {
        auto& kept = proven[account];
        if (route->strangers) SOUK_TRY(fits(*route->strangers));
        std::optional<sdk::Error> refused;
        for (const auto& holder : route->holders)
            if (auto fit = fits(*holder.secrets))
                kept.push_back(&holder);
            else
                refused = std::move(fit).error();
        if (refused && kept.empty()) return *std::move(refused);
    }
    return proven;
}

Answer Receiver::challenge(const std::string& platform, const sdk::WebhookRequest& request) {
    const auto* plugin = catalog_.find(platform);
    if (plugin == nullptr || plugin->plugin->webhooks() == nullptr)
        return {404, "No plugin here takes webhooks of this platform; see `souk plugin list`.", {}};
    const auto secrets = sessions_.secretsOfAll(platform);
    if (!secrets) return {403, secrets.error().message, {}};
    auto answer = loader::guarded(*plugin, "webhooks.challenge", [&] {
        return plugin->plugin->webhooks()->challenge(request, **secrets);
    });
    if (answer) return {200, *std::move(answer), {}};
    const bool unsupported = answer.error().kind == sdk::ErrorKind::Unsupported;
    return {unsupported ? 405 : 403, answer.error().message, {}};
}

}  // namespace souk::webhooks
