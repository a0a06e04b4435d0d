#include "intake/overview.hpp"

#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

void render(Render& json, const intake::IntegrationCounts& counts) {
    json.object()
        .id("integration_id", counts.integrationId)
        .text("name", counts.name)
        .number("products", counts.products);
    json.number("variants", counts.variants)
        .number("customers", counts.customers)
        .number("orders", counts.orders);
    json.number("locations", counts.locations).number("stock_levels", counts.stockLevels).end();
}

Response overview(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto counts = intake::overviewOf(tx, store);
    Render json;
    json.object()
        .time("as_of", services.clock.now())
        .number("products", counts.products)
        .number("variants", counts.variants);
    json.number("customers", counts.customers)
        .number("orders", counts.orders)
        .key("integrations")
        .array();
    for (const auto& one : counts.integrations) render(json, one);
    return jsonAnswer(200, json.end().end().take());
}

}  // namespace

void addOverviewRoutes(Router& router, Services& services) {
    router.add("GET", "/api/v1/overview", Access::Read, [&](const Call& call) {
        return overview(services, call);
    });
}

}  // namespace souk::web
