#pragma once

#include "host/web/api_hub.hpp"

#include <map>
#include <string>
#include <vector>

namespace souk::web::test {

/// One store full of rows, every text of which carries its mark.
struct Tenant {
    std::string mark;
    core::Uuid store;
    core::Uuid shop;
    std::string token;
    std::map<std::string, std::string> ids;  ///< by list: products, orders, ...
};

inline void rename(ApiHub& hub, const core::Uuid& integration, const std::string& name) {
    auto tx = hub.database->asOwner();
    tx.query("UPDATE integration SET name = $2 WHERE id = $1", integration, name);
    tx.commit();
}

/// Makes the tenant: by sync, by webhook, by hand.
inline Tenant filled(ApiHub& hub, const std::string& mark) {
    Tenant tenant;
    tenant.mark = mark;
    tenant.store = hub.addStore(mark + " store");
    tenant.shop = hub.addIntegration(tenant.store, mark);
    tenant.token = hub.token("admin", tenant.store);
    rename(hub, tenant.shop, mark);
    auto product = souk::test::productOf(
        mark + "-product", 1, mark + " lamp", {souk::test::variantOf(mark, mark + "-sku")});
    auto customer = souk::test::customerOf(mark + "-customer", 1, mark + "@shop.test");
    customer.firstName = mark;
    auto order = souk::test::orderOf(mark, 1, "paid", {souk::test::lineOf(mark)});
    order.customerExternalId = mark + "-customer";
    sdk::Message message;
    message.externalId = mark + "-message";
    message.person.externalId = mark + "-person";
    message.kind = "text";
    message.text = mark;
    message.sentAt = hub.time.now();
    hub.take(tenant.store,
             tenant.shop,
             {product,
              customer,
              order,
              message,
              souk::test::locationOf(mark, 1, mark),
              souk::test::levelOf("item-" + mark, 1, 3, mark)});
    expectStatus(200, hub.deliver(mark, mark + "-event"));
    expectStatus(
        202,
        hub.post(
            "/api/v1/sync", tenant.token, R"({"integration_id":")" + tenant.shop.text() + "\"}"));
    expectStatus(201,
                 hub.post("/api/v1/privacy-requests",
                          tenant.token,
                          R"({"what":"export","customer_external_id":")" + customer.externalId +
                              R"(","integration_id":")" + tenant.shop.text() + "\"}"));
    for (const auto* list : {"products",
                             "orders",
                             "customers",
                             "conversations",
                             "webhooks",
                             "privacy-requests",
                             "sync",
                             "integrations",
                             "stores"})
        tenant.ids[list] =
            dataOf(hub.get(std::string("/api/v1/") + list, tenant.token))[0].textOr("id", "");
    return tenant;
}

/// Every GET below /api/v1 that answers at once and names no single thing.
inline std::vector<std::string> lists() {
    std::vector<std::string> found;
    for (const auto& operation : Document::instance().operations())
        if (operation.method == "GET" && operation.path.starts_with("/api/v1/") &&
            operation.path.find('{') == std::string::npos && operation.path != "/api/v1/events")
            found.push_back(operation.path);
    CPPUNIT_ASSERT(found.size() >= 10);
    return found;
}
inline bool showsAnythingOf(const Tenant& tenant, const RawAnswer& answer) {
    for (const auto& [list, id] : tenant.ids)
        if (contains(answer.text, id)) return true;
    return contains(answer.text, tenant.mark) || contains(answer.text, tenant.store.text()) ||
           contains(answer.text, tenant.shop.text());
}
inline void showsNothingOf(const Tenant& tenant, const RawAnswer& answer) {
    CPPUNIT_ASSERT_MESSAGE("shows " + tenant.mark + "\n" + answer.text,
                           !showsAnythingOf(tenant, answer));
}

}  // namespace souk::web::test
