#include "orders/reader.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

void render(Render& json, const orders::CustomerRow& customer) {
    json.object()
        .id("id", customer.id)
        .id("integration_id", customer.integrationId)
        .text("external_id", customer.externalId);
    json.text("email", customer.email)
        .text("phone", customer.phone)
        .text("first_name", customer.firstName);
    json.text("last_name", customer.lastName)
        .text("locale", customer.locale)
        .text("state", customer.state);
    json.texts("tags", customer.tags)
        .raw("default_address", customer.defaultAddress)
        .number("order_count", customer.orderCount);
    json.time("platform_created_at", customer.platformCreatedAt)
        .time("platform_updated_at", customer.sourceVersion);
    json.time("created_at", customer.createdAt)
        .time("updated_at", customer.updatedAt)
        .time("deleted_at", customer.deletedAt)
        .end();
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id", "q", "email", "updated_since", "integration_id", "cursor", "limit"});
    const PageCursor cursor("customers", call);
    const orders::CustomerFilter filter{call.text("q"),
                                        call.text("email"),
                                        call.time("updated_since"),
                                        call.uuid("integration_id")};
    std::optional<store::KeysetPosition> after;
    if (const auto at = keyset(cursor)) after = {at->first, at->second};
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto found = orders::listCustomers(tx, store, filter, after, call.limit());
    return jsonAnswer(200, page(found, nextKeyset(cursor, found, call.limit()), render));
}

Response get(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto customer = orders::findCustomer(tx, store, call.id());
    if (!customer)
        throw Problem(404, "There is no such customer; GET /api/v1/customers lists them.");
    Render json;
    render(json, *customer);
    return tagged(call, json.take());
}

}  // namespace

void addCustomerRoutes(Router& router, Services& services) {
    router.add("GET", "/api/v1/customers", Access::Read, [&](const Call& call) {
        return list(services, call);
    });
    router.add("GET", "/api/v1/customers/{id}", Access::Read, [&](const Call& call) {
        return get(services, call);
    });
}

}  // namespace souk::web
