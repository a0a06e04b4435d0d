#include "translate_graphql.hpp"

namespace souk::shopify::graphql {

using sdk::Json;

namespace {

constexpr MoneyKeys kMoney{"shopMoney", "presentmentMoney", "currencyCode"};

/// Shopify shows eleven states to people; its webhooks tell four apart.
std::string fulfilmentStatusFrom(const std::string& shown) {
    if (shown == "FULFILLED") return "fulfilled";
    if (shown == "PARTIALLY_FULFILLED") return "partial";
    if (shown == "RESTOCKED") return "restocked";
    return "unfulfilled";
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

sdk::Result<sdk::OrderLine> lineFrom(const Json& node, const Currencies& currencies) {
    sdk::OrderLine line;
    line.externalId = SOUK_TRY(idIn(node));
    line.productExternalId = tailOf(textIn(node.at("product"), "id"));
    line.variantExternalId = tailOf(textIn(node.at("variant"), "id"));
    line.title = textIn(node, "title");
    line.variantTitle = variantTitleIn(node, "variantTitle");
    line.sku = textIn(node, "sku");
    line.quantity = SOUK_TRY(node.integer("quantity"));
    line.currentQuantity = SOUK_TRY(node.integer("currentQuantity"));
    line.unitPrice = SOUK_TRY(priceIn(node, "originalUnitPriceSet", kMoney));
    line.discount = SOUK_TRY(sumOf(node, "discountAllocations", "allocatedAmountSet", currencies));
    line.tax = SOUK_TRY(sumOf(node, "taxLines", "priceSet", currencies));
    return line;
}

sdk::Result<sdk::Refund> refundFrom(const Json& node) {
    sdk::Refund refund;
    refund.externalId = SOUK_TRY(idIn(node));
    refund.total = SOUK_TRY(priceIn(node, "totalRefundedSet", kMoney));
    refund.note = textIn(node, "note");
    refund.createdAt = SOUK_TRY(timeOrUnknownIn(node, "createdAt"));
    return refund;
}

sdk::Result<sdk::Fulfilment> fulfilmentFrom(const Json& node) {
    sdk::Fulfilment fulfilment;
    fulfilment.externalId = SOUK_TRY(idIn(node));
    fulfilment.status = lowered(textIn(node, "status"));
    const auto parcels = SOUK_TRY(listIn(node, "trackingInfo"));
    if (!parcels.empty()) {
        fulfilment.trackingCompany = textIn(parcels.front(), "company");
        fulfilment.trackingNumber = textIn(parcels.front(), "number");
    }
    fulfilment.createdAt = SOUK_TRY(timeOrUnknownIn(node, "createdAt"));
    fulfilment.updatedAt = SOUK_TRY(timeOrUnknownIn(node, "updatedAt"));
    return fulfilment;
}

sdk::Result<sdk::Done> readPrices(sdk::Order& order, const Json& node, const Currencies& both) {
    order.total = SOUK_TRY(priceIn(node, "totalPriceSet", kMoney));
    order.current = SOUK_TRY(priceIn(node, "currentTotalPriceSet", kMoney));
    order.subtotal = SOUK_TRY(priceOrZeroIn(node, "subtotalPriceSet", kMoney, both));
    order.tax = SOUK_TRY(priceOrZeroIn(node, "totalTaxSet", kMoney, both));
    order.shipping = SOUK_TRY(priceOrZeroIn(node, "totalShippingPriceSet", kMoney, both));
    order.discount = SOUK_TRY(priceOrZeroIn(node, "totalDiscountsSet", kMoney, both));
    return sdk::Done{};
}

sdk::Result<sdk::Done> readChildren(sdk::Order& order, const Json& node, const Currencies& both) {
    for (const Json& line : SOUK_TRY(nodesIn(node, "lineItems")))
        order.lines.push_back(SOUK_TRY(lineFrom(line, both)));
    for (const Json& refund : SOUK_TRY(listIn(node, "refunds")))
        order.refunds.push_back(SOUK_TRY(refundFrom(refund)));
    for (const Json& fulfilment : SOUK_TRY(listIn(node, "fulfillments")))
        order.fulfilments.push_back(SOUK_TRY(fulfilmentFrom(fulfilment)));
    order.partial = hasNextPage(node, "lineItems");
    return sdk::Done{};
}

}  // namespace

sdk::Result<sdk::Record> orderFrom(const Json& node, const sdk::Account&) {
    sdk::Order order;
    order.externalId = SOUK_TRY(idIn(node));
    order.name = SOUK_TRY(node.text("name"));
    order.financialStatus = lowered(textIn(node, "displayFinancialStatus"));
    order.fulfilmentStatus = fulfilmentStatusFrom(textIn(node, "displayFulfillmentStatus"));
    order.customerExternalId = tailOf(textIn(node.at("customer"), "id"));
    order.email = textIn(node, "email");
    order.phone = textIn(node, "phone");
    Currencies both;
    both.shop = SOUK_TRY(node.text("currencyCode"));
    both.presentment = SOUK_TRY(node.text("presentmentCurrencyCode"));
    SOUK_TRY(readPrices(order, node, both));
    order.taxesIncluded = node.booleanOr("taxesIncluded", false);
    order.test = node.booleanOr("test", false);
    SOUK_TRY(readChildren(order, node, both));
    order.tags = SOUK_TRY(listedTagsIn(node, "tags"));
    order.note = textIn(node, "note");
    order.cancelReason = lowered(textIn(node, "cancelReason"));
    order.shippingAddress = addressFrom(node.at("shippingAddress"));
    order.billingAddress = addressFrom(node.at("billingAddress"));
    order.placedAt = SOUK_TRY(timeIn(node, "processedAt"));
    order.cancelledAt = SOUK_TRY(optionalTimeIn(node, "cancelledAt"));
    order.closedAt = SOUK_TRY(optionalTimeIn(node, "closedAt"));
    order.updatedAt = SOUK_TRY(timeIn(node, "updatedAt"));
    order.status = statusOf(order);
    order.extra = node.raw();
    return sdk::Record(std::move(order));
}

}  // namespace souk::shopify::graphql
