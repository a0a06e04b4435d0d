#include "core/correlation.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"
#include "web/front/problem.hpp"
#include "web/request_end.hpp"

#include <algorithm>
#include <memory>

namespace souk::web {

namespace {

constexpr std::string_view kPrefix = "/api/webhooks/";
constexpr std::string_view kRoute = "/api/webhooks/{platform}";
const webhooks::Answer kBusy{503, "The hub has too many requests in hand; send it again later.", 1};

Response answerOf(const webhooks::Answer& told) {
    Response answer =
        told.status < 400
            ? Response{told.status, {{"Content-Type", "text/plain; charset=utf-8"}}, told.text}
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

void post(Services& services, const std::shared_ptr<Delivery>& delivery) {
    const auto reply = [delivery](const webhooks::Answer& told) {
        delivery->answer(answerOf(told));
    };
    if (services.receiver.tryReceive(delivery->platform, delivery->request, reply)) return;
    const bool taken = services.workers.run([&services, delivery, reply] {
        const core::Correlation scope(delivery->asked.id);
        services.receiver.receive(delivery->platform, delivery->request, reply);
    });
    if (!taken) reply(kBusy);
}

void challenge(Services& services, const std::shared_ptr<Delivery>& delivery) {
    const bool taken = services.workers.run([&services, delivery] {
        const core::Correlation scope(delivery->asked.id);
        try {
            delivery->answer(
                answerOf(services.receiver.challenge(delivery->platform, delivery->request)));
        } catch (const store::Failure& failure) {
            delivery->answer(answerFor(failure));
        }
    });
    if (!taken) delivery->answer(answerOf(kBusy));
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
    router.addDirect("POST", route, [&](Request request, const Values& path, Responder responder) {
        post(services, deliveryOf(services, std::move(request), path, std::move(responder)));
    });
    router.addDirect("GET", route, [&](Request request, const Values& path, Responder responder) {
        challenge(services, deliveryOf(services, std::move(request), path, std::move(responder)));
    });
}

}  // namespace souk::web
