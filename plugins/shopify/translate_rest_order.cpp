#include "translate_rest.hpp"

namespace souk::shopify::rest {

using sdk::Json;

namespace {

constexpr MoneyKeys kMoney{"shop_money", "presentment_money", "currency_code"};

std::string fulfilmentStatusFrom(const std::string& status) {
    const bool known = status == "fulfilled" || status == "partial" || status == "restocked";
    return known ? status : "unfulfilled";
}

sdk::Result<sdk::Price> sumOf(const Json& line,
                              std::string_view list,
                              std::string_view set,
                              const Currencies& currencies) {
    sdk::Price sum = currencies.zero();
    for (const Json& part : SOUK_TRY(listIn(line, list)))
        SOUK_TRY(addTo(sum, SOUK_TRY(priceIn(part, set, kMoney))));
    return sum;
}

sdk::Result<sdk::OrderLine> lineFrom(const Json& item, const Currencies& currencies) {
    sdk::OrderLine line;
    line.externalId = SOUK_TRY(idIn(item));
    // GraphQL has no product for a line whose product was deleted; webhooks keep its number.
    if (item.booleanOr("product_exists", true)) {
        line.productExternalId = textIn(item, "product_id");
        line.variantExternalId = textIn(item, "variant_id");
    }
    line.title = textIn(item, "title");
    line.variantTitle = variantTitleIn(item, "variant_title");
    line.sku = textIn(item, "sku");
    line.quantity = SOUK_TRY(item.integer("quantity"));
    line.currentQuantity = SOUK_TRY(item.integer("current_quantity"));
    line.unitPrice = SOUK_TRY(priceIn(item, "price_set", kMoney));
    line.discount = SOUK_TRY(sumOf(item, "discount_allocations", "amount_set", currencies));
    line.tax = SOUK_TRY(sumOf(item, "tax_lines", "price_set", currencies));
    return line;
}

/// A refund's total is the sum of its successful refund transactions, each an amount in one
/// currency. None when that does not tell both currencies.
sdk::Result<std::optional<sdk::Price>> totalOf(const Json& refund, const Currencies& currencies) {
    if (currencies.shop != currencies.presentment || !refund.has("transactions"))
        return std::optional<sdk::Price>{};
    sdk::Price total = currencies.zero();
    for (const Json& transaction : SOUK_TRY(refund.items("transactions"))) {
        if (textIn(transaction, "kind") != "refund") continue;
        if (textIn(transaction, "status") != "success") continue;
        const auto paid = SOUK_TRY(
            moneyIn(transaction, "amount", transaction.textOr("currency", currencies.shop)));
        if (paid) SOUK_TRY(addTo(total, {*paid, *paid}));
    }
    return std::optional(std::move(total));
}

sdk::Result<std::optional<sdk::Refund>> refundFrom(const Json& item, const Currencies& currencies) {
    sdk::Refund refund;
    refund.externalId = SOUK_TRY(idIn(item));
    auto total = SOUK_TRY(totalOf(item, currencies));
    if (!total) return std::optional<sdk::Refund>{};
    refund.total = *std::move(total);
    refund.note = textIn(item, "note");
    refund.createdAt = SOUK_TRY(timeOrUnknownIn(item, "created_at"));
    return std::optional(std::move(refund));
}

sdk::Result<sdk::Fulfilment> fulfilmentFrom(const Json& item) {
    sdk::Fulfilment fulfilment;
    fulfilment.externalId = SOUK_TRY(idIn(item));
    fulfilment.status = lowered(textIn(item, "status"));
    fulfilment.trackingCompany = textIn(item, "tracking_company");
    fulfilment.trackingNumber = textIn(item, "tracking_number");
    fulfilment.createdAt = SOUK_TRY(timeOrUnknownIn(item, "created_at"));
    fulfilment.updatedAt = SOUK_TRY(timeOrUnknownIn(item, "updated_at"));
    return fulfilment;
}

sdk::Result<sdk::Done> readPrices(sdk::Order& order, const Json& body, const Currencies& both) {
    order.total = SOUK_TRY(priceIn(body, "total_price_set", kMoney));
    order.current = SOUK_TRY(priceIn(body, "current_total_price_set", kMoney));
    order.subtotal = SOUK_TRY(priceOrZeroIn(body, "subtotal_price_set", kMoney, both));
    order.tax = SOUK_TRY(priceOrZeroIn(body, "total_tax_set", kMoney, both));
    order.shipping = SOUK_TRY(priceOrZeroIn(body, "total_shipping_price_set", kMoney, both));
    order.discount = SOUK_TRY(priceOrZeroIn(body, "total_discounts_set", kMoney, both));
    return sdk::Done{};
}

sdk::Result<sdk::Done> readChildren(sdk::Order& order, const Json& body, const Currencies& both) {
    for (const Json& line : SOUK_TRY(body.items("line_items")))
        order.lines.push_back(SOUK_TRY(lineFrom(line, both)));
    for (const Json& item : SOUK_TRY(listIn(body, "refunds"))) {
        auto refund = SOUK_TRY(refundFrom(item, both));
        if (refund)
            order.refunds.push_back(*std::move(refund));
        else
            order.partial = true;
    }
    for (const Json& fulfilment : SOUK_TRY(listIn(body, "fulfillments")))
        order.fulfilments.push_back(SOUK_TRY(fulfilmentFrom(fulfilment)));
    return sdk::Done{};
}

/// Guests have no customer object.
sdk::Result<std::string> customerIdIn(const Json& body) {
    if (!body.has("customer")) return std::string();
    return idIn(body.at("customer"));
}

}  // namespace

sdk::Result<sdk::Record> orderFrom(const Json& body, const sdk::Account&) {
    sdk::Order order;
    order.externalId = SOUK_TRY(idIn(body));
    order.name = SOUK_TRY(body.text("name"));
    order.financialStatus = lowered(textIn(body, "financial_status"));
    order.fulfilmentStatus = fulfilmentStatusFrom(textIn(body, "fulfillment_status"));
    order.customerExternalId = SOUK_TRY(customerIdIn(body));
    order.email = textIn(body, "email");
    order.phone = textIn(body, "phone");
    const std::string currency = SOUK_TRY(body.text("currency"));
    const Currencies both{currency, body.textOr("presentment_currency", currency)};
    SOUK_TRY(readPrices(order, body, both));
    order.taxesIncluded = body.booleanOr("taxes_included", false);
    order.test = body.booleanOr("test", false);
    SOUK_TRY(readChildren(order, body, both));
    order.tags = joinedTagsIn(body, "tags");
    order.note = textIn(body, "note");
    order.cancelReason = lowered(textIn(body, "cancel_reason"));
    order.shippingAddress = addressFrom(body.at("shipping_address"));
    order.billingAddress = addressFrom(body.at("billing_address"));
    order.placedAt = SOUK_TRY(timeIn(body, "processed_at"));
    order.cancelledAt = SOUK_TRY(optionalTimeIn(body, "cancelled_at"));
    order.closedAt = SOUK_TRY(optionalTimeIn(body, "closed_at"));
    order.updatedAt = SOUK_TRY(timeIn(body, "updated_at"));
    order.status = statusOf(order);
    order.extra = body.raw();
    return sdk::Record(std::move(order));
}

}  // namespace souk::shopify::rest
