#include "web/api/render.hpp"
#include "web/api/routes.hpp"
#include "web/front/problem.hpp"

#include <algorithm>
#include <memory>

namespace souk::web {

namespace {

constexpr std::string_view kPrefix = "/api/webhooks/";

Response answerOf(const webhooks::Answer& told) {
    Response answer =
        told.status < 400
            ? Response{told.status, {{"Content-Type", "text/plain; charset=utf-8"}}, told.text}
            : problem(told.status, told.text);
    if (told.retryAfterSeconds)
        answer.headers["Retry-After"] = std::to_string(*told.retryAfterSeconds);
    return answer;
}

/// A delivery on its way; shared because the answer comes from the inbox's writer.
struct Delivery {
    std::string platform;
    sdk::WebhookRequest request;
    Responder responder;
};

std::shared_ptr<Delivery> deliveryOf(Request request, const Values& path, Responder responder) {
    return std::make_shared<Delivery>(Delivery{path.at("platform"),
                                               {std::move(request.method),
                                                std::move(request.query),
                                                std::move(request.headers),
                                                std::move(request.body)},
                                               std::move(responder)});
}

void post(Services& services, const std::shared_ptr<Delivery>& delivery) {
    const auto reply = [delivery](const webhooks::Answer& told) {
        delivery->responder.send(answerOf(told));
    };
    if (services.receiver.tryReceive(delivery->platform, delivery->request, reply)) return;
    const bool taken = services.workers.run([&services, delivery, reply] {
        services.receiver.receive(delivery->platform, delivery->request, reply);
    });
    if (!taken) reply({503, "The hub has too many requests in hand; send it again later.", 1});
}

void challenge(Services& services, const std::shared_ptr<Delivery>& delivery) {
    const bool taken = services.workers.run([&services, delivery] {
        try {
            delivery->responder.send(
                answerOf(services.receiver.challenge(delivery->platform, delivery->request)));
        } catch (const store::Failure& failure) {
            delivery->responder.send(answerFor(failure));
        }
    });
    if (!taken)
        delivery->responder.send(
            problem(503, "The hub has too many requests in hand; try again later."));
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
    router.addDirect("POST",
                     "/api/webhooks/{platform}",
                     [&](Request request, const Values& path, Responder responder) {
                         post(services, deliveryOf(std::move(request), path, std::move(responder)));
                     });
    router.addDirect("GET",
                     "/api/webhooks/{platform}",
                     [&](Request request, const Values& path, Responder responder) {
                         challenge(services,
                                   deliveryOf(std::move(request), path, std::move(responder)));
                     });
}

}  // namespace souk::web
