#pragma once

#include <souk/sdk/record.hpp>

#include <string>
#include <utility>
#include <vector>

namespace souk::test {

/// Whole seconds after a fixed moment: platforms stamp whole seconds.
inline sdk::Timestamp second(int seconds) {
    return sdk::Timestamp(std::chrono::seconds(1'790'000'000 + seconds));
}

inline sdk::Money money(std::int64_t minor, const std::string& currency = "EUR") {
    return {minor, currency};
}

inline sdk::Price price(std::int64_t minor, const std::string& currency = "EUR") {
    return {money(minor, currency), money(minor, currency)};
}

inline sdk::Variant variantOf(const std::string& id,
                              const std::string& sku = "",
                              const std::string& barcode = "") {
    sdk::Variant variant;
    variant.externalId = id;
    variant.inventoryItemId = "item-" + id;
    variant.title = "Variant " + id;
    variant.sku = sku;
    variant.barcode = barcode;
    variant.position = 1;
    variant.price = money(1999);
    variant.options = {{"Size", id}};
    return variant;
}

inline sdk::Product productOf(const std::string& id,
                              int seconds,
                              const std::string& title = "Lamp",
                              std::vector<sdk::Variant> variants = {}) {
    sdk::Product product;
    product.externalId = id;
    product.title = title;
    product.vendor = "Lumen";
    product.status = "active";
    product.handle = "lamp-" + id;
    product.tags = {"light", "with \"quotes\", commas and \\"};
    product.options = {{"Size", {"S", "L"}}};
    product.media = {{"m-" + id, "image", "https://cdn.example/" + id + ".jpg", "a lamp"}};
    product.variants = std::move(variants);
    product.updatedAt = second(seconds);
    product.extra = "{\"id\":" + id + "}";
    return product;
}

inline sdk::Customer customerOf(const std::string& id, int seconds, const std::string& email = "") {
    sdk::Customer customer;
    customer.externalId = id;
    customer.email = email;
    customer.firstName = "Ada";
    customer.tags = {"vip"};
    customer.defaultAddress = R"({"city":"Bonn"})";
    customer.createdAt = second(0);
    customer.updatedAt = second(seconds);
    return customer;
}

inline sdk::OrderLine lineOf(const std::string& id, std::int64_t quantity = 1) {
    sdk::OrderLine line;
    line.externalId = id;
    line.productExternalId = "p" + id;
    line.variantExternalId = "v" + id;
    line.title = "Line " + id;
    line.quantity = quantity;
    line.currentQuantity = quantity;
    line.unitPrice = price(1000);
    line.discount = price(0);
    line.tax = price(160);
    return line;
}

inline sdk::Order orderOf(const std::string& id,
                          int seconds,
                          const std::string& financialStatus = "pending",
                          std::vector<sdk::OrderLine> lines = {}) {
    sdk::Order order;
    order.externalId = id;
    order.name = "#" + id;
    order.status = "open";
    order.financialStatus = financialStatus;
    order.fulfilmentStatus = "unfulfilled";
    order.total = price(1160);
    order.current = price(1160);
    order.subtotal = price(1000);
    order.tax = price(160);
    order.shipping = price(0);
    order.discount = price(0);
    order.lines = std::move(lines);
    order.placedAt = second(0);
    order.updatedAt = second(seconds);
    return order;
}

inline sdk::StockLevel levelOf(const std::string& item,
                               int seconds,
                               std::optional<std::int64_t> available,
                               const std::string& location = "loc-1") {
    return {item, location, available, second(seconds)};
}

inline sdk::Location locationOf(const std::string& id, int seconds, const std::string& name) {
    sdk::Location location;
    location.externalId = id;
    location.name = name;
    location.address = R"({"city":"Bonn"})";
    if (seconds > 0) location.updatedAt = second(seconds);
    return location;
}

inline sdk::Deletion deletionOf(sdk::Entity entity, const std::string& id, int seconds) {
    return {entity, id, second(seconds)};
}

}  // namespace souk::test
