#include "core/correlation.hpp"
#include "core/crew.hpp"
#include "privacy/requests.hpp"
#include "web/api/page.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"
#include "web/front/problem.hpp"
#include "web/request_end.hpp"
#include "webhooks/answered.hpp"

#include <souk/sdk/time.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>

namespace souk::web {

namespace {

constexpr std::string_view kPrefix = "/api/webhooks/";
constexpr std::string_view kRoute = "/api/webhooks/{platform}";
const webhooks::Answer kBusy{503, "The hub has too many requests in hand; send it again later.", 1};

Response answerOf(const webhooks::Answer& told) {
    Response answer =
        told.status < 400
            ? Response{told.status,
                       {{"Content-Type",
                         told.json ? "application/json" : "text/plain; charset=utf-8"}},
                       told.text}
            : problem(told.status, told.text);
    if (told.status == 405) answer.headers["Allow"] = "POST";
    answer.headers["X-Content-Type-Options"] = "nosniff";  // a challenge is the sender's own text
    if (told.retryAfterSeconds)
        answer.headers["Retry-After"] = std::to_string(*told.retryAfterSeconds);
    return answer;
}

/// A delivery on its way; shared because the answer comes from the inbox's writer.
struct Delivery {
    Services& services;
    std::string platform;
    Asked asked;
    sdk::WebhookRequest request;
    Responder responder;

    void answer(Response response) {
        endRequest(services.metrics, services.log, asked, std::string(kRoute), response);
        responder.send(std::move(response));
    }
};

std::shared_ptr<Delivery> deliveryOf(Services& services,
                                     Request request,
                                     const Values& path,
                                     Responder responder) {
    auto asked = askedBy(request);
    return std::make_shared<Delivery>(Delivery{services,
                                               path.at("platform"),
                                               std::move(asked),
                                               {std::move(request.method),
                                                std::move(request.query),
                                                std::move(request.headers),
                                                std::move(request.body)},
                                               std::move(responder)});
}

/// Where deliveries are taken in: threads of their own, so that who needs no database does not
/// queue behind those who do, and the platforms whose plugin did not return from one. These are
/// left in peace for a while; nobody has proved yet that such bytes are the platform's.
class Desk {
public:
    WorkerPool threads{kThreads, kQueued};

    void rest(const std::string& platform) {
        const std::lock_guard lock(mutex_);
        restsUntil_[platform] = std::chrono::steady_clock::now() + kRest;
    }
    bool rests(const std::string& platform) {
        const std::lock_guard lock(mutex_);
        const auto found = restsUntil_.find(platform);
        return found != restsUntil_.end() && std::chrono::steady_clock::now() < found->second;
    }
    static webhooks::Answer resting() {
        return {503,
                "The plugin did not return from an earlier delivery; send it again later.",
                static_cast<int>(kRest.count())};
    }

private:
    static constexpr std::size_t kThreads = 2;
    static constexpr std::size_t kQueued = 1000;
    static constexpr std::chrono::seconds kRest{60};
    std::mutex mutex_;
    std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> restsUntil_;
};

/// How a delivery ends that a plugin did not return from.
core::Errand::Left leftBy(Desk& desk, const std::shared_ptr<Delivery>& delivery) {
    return [&desk, delivery](const std::string&) {
        desk.rest(delivery->platform);
        delivery->answer(answerOf(Desk::resting()));
    };
}

void post(Services& services, Desk& desk, const std::shared_ptr<Delivery>& delivery) {
    const auto reply = [delivery](const webhooks::Answer& told) {
        delivery->answer(answerOf(told));
    };
    const auto slowly = [&services, &desk, delivery, reply] {
        const core::Correlation scope(delivery->asked.id);
        const core::Errand errand(leftBy(desk, delivery));
        services.receiver.receive(delivery->platform, delivery->request, reply);
    };
    const bool taken = desk.threads.run([&services, &desk, delivery, reply, slowly] {
        const core::Correlation scope(delivery->asked.id);
        const core::Errand errand(leftBy(desk, delivery));
        if (services.receiver.tryReceive(delivery->platform, delivery->request, reply)) return;
        if (!services.workers.run(slowly)) reply(kBusy);
    });
    if (!taken) reply(kBusy);
}

void challenge(Services& services, Desk& desk, const std::shared_ptr<Delivery>& delivery) {
    const bool taken = services.workers.run([&services, &desk, delivery] {
        const core::Correlation scope(delivery->asked.id);
        const core::Errand errand(leftBy(desk, delivery));
        try {
            delivery->answer(
                answerOf(services.receiver.challenge(delivery->platform, delivery->request)));
        } catch (const store::Failure& failure) {
            delivery->answer(answerFor(failure));
        }
    });
    if (!taken) delivery->answer(answerOf(kBusy));
}

/// To the desk, unless the platform rests.
Direct through(Services& services,
               const std::shared_ptr<Desk>& desk,
               void (*take)(Services&, Desk&, const std::shared_ptr<Delivery>&)) {
    return [&services, desk, take](Request request, const Values& path, Responder responder) {
        const auto delivery = deliveryOf(services, std::move(request), path, std::move(responder));
        if (desk->rests(delivery->platform))
            delivery->answer(answerOf(Desk::resting()));
        else
            take(services, *desk, delivery);
    };
}

std::string dayOf(sdk::Timestamp at) {
    return sdk::rfc3339(at).substr(0, 10);
}

Response told(std::string_view heading, const std::string& sentence) {
    return pageFor(200, heading, sentence);
}

/// What became of a request that was stored for some accounts.
Response standingOf(const webhooks::Answered& asked, const privacy::Requests::Standing& now) {
    const auto arrived = "Your request of " + dayOf(asked.receivedAt) + " arrived";
    if (now.failed > 0)
        return told("Your request could not be carried out yet",
                    arrived + ", but carrying it out failed. Whoever runs this hub was told.");
    if (now.started == 0)
        return told("Your request was received",
                    arrived + " and waits to be carried out for the " +
                        std::to_string(asked.accounts) + " account(s) here that it concerns.");
    if (now.ended < asked.accounts)
        return told("Your request is being carried out",
                    arrived + " and is being carried out for the " +
                        std::to_string(asked.accounts) + " account(s) here that it concerns.");
    const auto day = dayOf(now.doneAt.value_or(asked.receivedAt));
    if (now.rows == 0)
        return told("Nothing was kept",
                    arrived + ". It was looked for on " + day +
                        "; this hub kept no data that it concerns.");
    return told("Your data was deleted",
                arrived + ". The data it concerns was deleted on " + day + ".");
}

/// Where people read what became of what they asked a platform for; whoever has the code may.
Response standing(Services& services, const Call& call) {
    call.knows({});
    auto tx = services.database.asWorker();
    const auto& code = call.path.at("code");
    const auto found = webhooks::findAnswered(tx, call.path.at("platform"), code);
    if (!found) return pageFor(404, "Not found", "No request of this code was ever answered here.");
    if (found->accounts == 0)
        return told("Nothing is kept",
                    "Your request of " + dayOf(found->receivedAt) +
                        " arrived. This hub keeps no data that it concerns.");
    return standingOf(*found, privacy::Requests::standingOf(tx, code));
}

}  // namespace

std::size_t bodyLimit(const loader::Catalog& catalog,
                      std::string_view path,
                      std::size_t most,
                      std::size_t otherwise) {
    if (path.substr(0, kPrefix.size()) != kPrefix) return otherwise;
    const auto* plugin = catalog.find(path.substr(kPrefix.size()));
    return plugin == nullptr ? otherwise : std::min(most, plugin->manifest.webhooks.maxBodyBytes);
}

void addDeliveryRoutes(Router& router, Services& services) {
    const std::string route(kRoute);
    const auto desk = std::make_shared<Desk>();
    router.addDirect("POST", route, through(services, desk, post));
    router.addDirect("GET", route, through(services, desk, challenge));
    router.add("GET", route + "/requests/{code}", Access::Public, [&](const Call& call) {
        return standing(services, call);
    });
}

}  // namespace souk::web
