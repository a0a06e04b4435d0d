#include "publish/service.hpp"

#include "web/api/lookup.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

#include <algorithm>

namespace souk::web {

namespace {

constexpr std::size_t kMostProducts = 1000;

std::string whole(const publish::Standing& standing) {
    Render json;
    json.object().boolean("enabled", standing.settings.enabled);
    json.boolean("heal", standing.settings.heal).text("link", standing.settings.link);
    json.key("offers").object();
    for (const auto& [state, count] : standing.offers) json.number(state, count);
    json.end().number("unread", standing.unread).number("waiting", standing.waiting);
    json.number("in_hand", standing.inHand);
    json.text("error", standing.error).time("retry_at", standing.retryAt);
    json.time("compared_at", standing.reconciledAt).raw("drift", standing.drift).end();
    return json.take();
}

Response get(Services& services, const Call& call) {
    call.knows({});
    const auto row = integrationFor(services.database, call);
    return jsonAnswer(200, whole(valueOr(services.publishing.standing(row))));
}

Response configure(Services& services, const Call& call) {
    call.knows({});
    const auto body = call.body({"enabled", "heal", "link"});
    const auto row = integrationFor(services.database, call);
    auto settings = valueOr(services.publishing.standing(row)).settings;
    if (body.has("enabled")) settings.enabled = readable(body.boolean("enabled"));
    if (body.has("heal")) settings.heal = readable(body.boolean("heal"));
    if (body.has("link")) settings.link = readable(body.text("link"));
    return jsonAnswer(200, whole(valueOr(services.publishing.configure(row, settings))));
}

Response compare(Services& services, const Call& call) {
    call.knows({});
    call.body({});
    const auto row = integrationFor(services.database, call);
    valueOr(services.publishing.reconcile(row));
    return jsonAnswer(202, whole(valueOr(services.publishing.standing(row))));
}

std::optional<core::Uuid> integrationIn(const sdk::Json& body) {
    if (!body.has("integration_id")) return std::nullopt;
    const auto id = core::Uuid::parse(body.textOr("integration_id", ""));
    if (!id)
        throw Problem(400,
                      "integration_id must be the id of an integration; GET /api/v1/integrations "
                      "lists them.");
    return *id;
}

/// 202: the offers are compared and handed over as soon as the platform's pace allows.
Response publishProducts(Services& services,
                         const core::Uuid& store,
                         const std::vector<core::Uuid>& products,
                         const sdk::Json& body) {
    const auto offers = valueOr(services.publishing.publish(store, products, integrationIn(body)));
    Render json;
    json.object().number("offers", offers).end();
    return jsonAnswer(202, json.take());
}

Response publishOne(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    return publishProducts(services, store, {call.id()}, call.body({"integration_id"}));
}

Response publishMany(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    const auto body = call.body({"product_ids", "integration_id"});
    std::vector<core::Uuid> products;
    if (body.has("product_ids")) {
        for (const auto& item : readable(body.items("product_ids"))) {
            const auto id = core::Uuid::parse(readable(item.text()));
            if (!id) throw Problem(400, "product_ids must hold ids of products (UUIDs).");
            products.push_back(*id);
        }
        if (products.empty() || products.size() > kMostProducts)
            throw Problem(400,
                          "product_ids must hold 1 to 1000 ids; leave it out for all products.");
    }
    return publishProducts(services, store, products, body);
}

}  // namespace

void addPublishingRoutes(Router& router, Services& services) {
    const std::string one = "/api/v1/integrations/{id}/publishing";
    router.add("GET", one, Access::Read, [&](const Call& call) { return get(services, call); });
    router.add(
        "POST", one, Access::Operate, [&](const Call& call) { return configure(services, call); });
    router.add("POST", one + "/compare", Access::Operate, [&](const Call& call) {
        return compare(services, call);
    });
    router.add("POST", "/api/v1/products/{id}/publish", Access::Operate, [&](const Call& call) {
        return publishOne(services, call);
    });
    router.add("POST", "/api/v1/products/publish", Access::Operate, [&](const Call& call) {
        return publishMany(services, call);
    });
}

}  // namespace souk::web
