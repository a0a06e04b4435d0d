#include "orders/detail.hpp"

namespace souk::orders {

namespace {

// The currencies are the order's: its children hold minor units alone. What the hub offers there is
// sold under the platform's own ids of it.
constexpr std::string_view kLines = R"(
SELECT l.*, o.currency, o.presentment_currency,
       coalesce(v.variant_id, sv.variant_id) AS variant_id,
       coalesce(p.product_id, sp.product_id) AS product_id
FROM order_items l
JOIN orders o ON o.store_id = $1 AND o.id = l.order_id
LEFT JOIN variant_listing v ON v.store_id = $1 AND v.integration_id = o.integration_id
    AND v.external_id = l.variant_external_id
LEFT JOIN product_listing p ON p.store_id = $1 AND p.integration_id = o.integration_id
    AND p.external_id = l.product_external_id
LEFT JOIN LATERAL (
    SELECT variant_id FROM variant_listing
    WHERE store_id = $1 AND shown_id = l.variant_external_id
      AND integration_id = o.integration_id LIMIT 1) sv ON true
LEFT JOIN LATERAL (
    SELECT product_id FROM product_listing
    WHERE store_id = $1 AND shown_id = l.product_external_id
      AND integration_id = o.integration_id LIMIT 1) sp ON true
WHERE l.store_id = $1 AND l.order_id = $2 ORDER BY l.position, l.id)";

constexpr std::string_view kRefunds = R"(
SELECT r.*, o.currency, o.presentment_currency
FROM refund r JOIN orders o ON o.store_id = $1 AND o.id = r.order_id
WHERE r.store_id = $1 AND r.order_id = $2 ORDER BY r.refunded_at, r.external_id)";

constexpr std::string_view kFulfilments = R"(
SELECT external_id, status, tracking_company, tracking_number, fulfilled_at, updated_at
FROM fulfilment WHERE store_id = $1 AND order_id = $2 ORDER BY fulfilled_at, external_id)";

sdk::Price amountOf(const store::Row& row, std::string_view shop, std::string_view presentment) {
    return priceOf(row, shop, presentment).value_or(sdk::Price{});
}

LineDetail lineOf(const store::Row& row) {
    LineDetail detail;
    detail.id = row.uuid("id");
    detail.productId = row.maybeUuid("product_id");
    detail.variantId = row.maybeUuid("variant_id");
    sdk::OrderLine& line = detail.line;
    line.externalId = row.text("external_id");
    line.productExternalId = row.textOr("product_external_id", "");
    line.variantExternalId = row.textOr("variant_external_id", "");
    line.title = row.text("title");
    line.variantTitle = row.textOr("variant_title", "");
    line.sku = row.textOr("sku", "");
    line.quantity = row.integer("quantity");
    line.currentQuantity = row.integer("current_quantity");
    line.unitPrice = amountOf(row, "unit_price_minor", "presentment_unit_price_minor");
    line.discount = amountOf(row, "discount_minor", "presentment_discount_minor");
    line.tax = amountOf(row, "tax_minor", "presentment_tax_minor");
    return detail;
}

}  // namespace

void addChildren(store::Transaction& tx, const core::Uuid& storeId, OrderDetail& order) {
    for (const store::Row row : tx.query(kLines, storeId, order.summary.id))
        order.lines.push_back(lineOf(row));
    for (const store::Row row : tx.query(kRefunds, storeId, order.summary.id)) {
        sdk::Refund refund;
        refund.externalId = row.text("external_id");
        refund.total = amountOf(row, "total_minor", "presentment_total_minor");
        refund.note = row.text("note");
        refund.createdAt = row.maybeTime("refunded_at").value_or(sdk::Timestamp{});
        order.refunds.push_back(std::move(refund));
    }
    for (const store::Row row : tx.query(kFulfilments, storeId, order.summary.id)) {
        sdk::Fulfilment parcel;
        parcel.externalId = row.text("external_id");
        parcel.status = row.text("status");
        parcel.trackingCompany = row.text("tracking_company");
        parcel.trackingNumber = row.text("tracking_number");
        parcel.createdAt = row.maybeTime("fulfilled_at").value_or(sdk::Timestamp{});
        parcel.updatedAt = row.maybeTime("updated_at").value_or(sdk::Timestamp{});
        order.fulfilments.push_back(std::move(parcel));
    }
}

}  // namespace souk::orders
