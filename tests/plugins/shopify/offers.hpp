#pragma once

#include <souk/sdk/publisher.hpp>

#include "plugins/shopify/support.hpp"

/// What tests of offers share: an offer, and products as the shop shows them.
namespace souk::shopify::tests {

inline sdk::Offer offerOf(const std::string& id, const std::string& group = "g1") {
    sdk::Offer offer;
    offer.externalId = id;
    offer.groupId = group;
    offer.title = "Lamp - " + id;
    offer.groupTitle = "Lamp";
    offer.descriptionHtml = "<p>warm</p>";
    offer.brand = "Lumen";
    offer.category = "Lamps";
    offer.images = {"https://cdn.example/1.jpg"};
    offer.variantTitle = id;
    offer.sku = "SKU-" + id;
    offer.barcode = "4000";
    offer.price = {1999, "USD"};
    offer.available = 4;
    offer.options = {{"Size", id}};
    return offer;
}

inline std::string node(const std::string& number, const std::string& offer) {
    return R"({"id":"gid://shopify/ProductVariant/)" + number +
           R"(","price":"19.99","inventoryQuantity":4,"inventoryPolicy":"DENY","inventoryItem":)"
           R"({"id":"gid://shopify/InventoryItem/9)" +
           number + R"(","tracked":true},"offer":)" +
           (offer.empty() ? "null" : R"({"value":")" + offer + R"("})") + "}";
}

inline std::string product(const std::string& nodes,
                           const std::string& images = "none",
                           const std::string& more = "") {
    return R"({"id":"gid://shopify/Product/5","title":"Lamp","status":"ACTIVE","images":{"value":")" +
           images + R"("},"variants":{"nodes":[)" + nodes + R"(],"pageInfo":)" +
           (more.empty() ? R"({"hasNextPage":false,"endCursor":null})"
                         : R"({"hasNextPage":true,"endCursor":")" + more + R"("})") +
           "}}";
}

inline std::string there(const std::string& nodes,
                         const std::string& images = "none",
                         const std::string& more = "") {
    return R"({"productByIdentifier":)" + product(nodes, images, more) + "}";
}

}  // namespace souk::shopify::tests
