#include "intake/fault.hpp"

namespace souk::intake {

namespace {

using Fault = std::optional<std::string>;

/// A currency may be left out where there is no amount.
Fault faultOf(const sdk::Money& money, const std::string& what) {
    if (money.minor < 0) return what + " is below zero";
    if (money.minor == 0 && money.currency.empty()) return std::nullopt;
    if (!sdk::exponentOf(money.currency)) return what + " is in no currency there is";
    return std::nullopt;
}

Fault faultOf(const std::optional<sdk::Money>& money, const std::string& what) {
    return money ? faultOf(*money, what) : std::nullopt;
}

Fault faultOf(const sdk::Price& price, const std::string& what) {
    if (auto fault = faultOf(price.shop, what)) return fault;
    return faultOf(price.presentment, what);
}

Fault faultOf(const sdk::Variant& variant) {
    if (variant.externalId.empty()) return "a variant has no id";
    const auto name = "variant " + variant.externalId;
    if (auto fault = faultOf(variant.price, "the price of " + name)) return fault;
    return faultOf(variant.compareAtPrice, "the former price of " + name);
}

Fault faultOf(const sdk::OrderLine& line) {
    const auto name = "line " + line.externalId;
    if (line.quantity < 0 || line.currentQuantity < 0)
        return "the quantity of " + name + " is below zero";
    return faultOf(line.unitPrice, "the price of " + name);
}

}  // namespace

Fault faultOf(const sdk::Product& product) {
    for (const auto& variant : product.variants)
        if (auto fault = faultOf(variant)) return fault;
    return std::nullopt;
}

Fault faultOf(const sdk::Order& order) {
    if (auto fault = faultOf(order.total, "its total")) return fault;
    for (const auto& line : order.lines)
        if (auto fault = faultOf(line)) return fault;
    return std::nullopt;
}

}  // namespace souk::intake
