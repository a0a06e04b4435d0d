#include "orders/reader.hpp"

#include "orders/detail.hpp"
#include "store/sql.hpp"

namespace souk::orders {

namespace {

constexpr char kSummary[] = R"(
SELECT o.*, c.id AS customer_id,
       coalesce(o.shipping_address::text, 'null') AS ship_to,
       coalesce(o.billing_address::text, 'null') AS bill_to,
       (SELECT count(*) FROM order_items l WHERE l.store_id = $1 AND l.order_id = o.id) AS lines)";

constexpr char kCustomer[] = R"(
LEFT JOIN customer c ON c.store_id = $1 AND c.integration_id = o.integration_id
    AND c.external_id = o.customer_external_id)";

constexpr char kPage[] = R"(
FROM (
    SELECT * FROM orders x
    WHERE x.store_id = $1 AND x.deleted_at IS NULL AND (x.updated_at, x.id) > ($2, $3)
      AND x.updated_at >= $4
      AND ($5::text IS NULL OR x.status = $5)
      AND ($6::text IS NULL OR x.financial_status = $6)
      AND ($7::text IS NULL OR x.fulfilment_status = $7)
      AND ($8::timestamptz IS NULL OR x.placed_at >= $8)
      AND ($9::timestamptz IS NULL OR x.placed_at < $9)
      AND ($10::uuid IS NULL OR (x.integration_id, x.customer_external_id) = (
              SELECT b.integration_id, b.external_id FROM customer b
              WHERE b.store_id = $1 AND b.id = $10))
      AND ($11::uuid IS NULL OR x.integration_id = $11)
      AND ($12::text IS NULL OR x.name = $12)
    ORDER BY x.updated_at, x.id LIMIT $13
) o)";

constexpr auto kListOrders =
    store::sqlOf(kSummary, kPage, kCustomer, "ORDER BY o.updated_at, o.id");
constexpr auto kFindOrder =
    store::sqlOf(kSummary, "FROM orders o", kCustomer, "WHERE o.store_id = $1 AND o.id = $2");

OrderSummary summaryOf(const store::Row& row) {
    OrderSummary order;
    order.id = row.uuid("id");
    order.integrationId = row.uuid("integration_id");
    order.externalId = row.text("external_id");
    order.name = row.text("name");
    order.status = row.text("status");
    order.financialStatus = row.text("financial_status");
    order.fulfilmentStatus = row.text("fulfilment_status");
    order.customerId = row.maybeUuid("customer_id");
    order.customerExternalId = row.maybeText("customer_external_id");
    order.email = row.maybeText("email");
    order.total = priceOf(row, "total_minor", "presentment_total_minor");
    order.current = priceOf(row, "current_total_minor", "presentment_current_total_minor");
    order.test = row.boolean("test");
    order.lineCount = row.integer("lines");
    order.placedAt = row.maybeTime("placed_at");
    order.cancelledAt = row.maybeTime("cancelled_at");
    order.closedAt = row.maybeTime("closed_at");
    order.createdAt = row.time("created_at");
    order.updatedAt = row.time("updated_at");
    order.deletedAt = row.maybeTime("deleted_at");
    order.version = row.integer("version");
    return order;
}

OrderDetail detailOf(const store::Row& row) {
    OrderDetail order;
    order.summary = summaryOf(row);
    order.phone = row.maybeText("phone");
    order.subtotal = priceOf(row, "subtotal_minor", "presentment_subtotal_minor");
    order.tax = priceOf(row, "tax_minor", "presentment_tax_minor");
    order.shipping = priceOf(row, "shipping_minor", "presentment_shipping_minor");
    order.discount = priceOf(row, "discount_minor", "presentment_discount_minor");
    order.taxesIncluded = row.boolean("taxes_included");
    order.tags = row.texts("tags");
    order.note = row.text("note");
    order.cancelReason = row.text("cancel_reason");
    order.shippingAddress = row.text("ship_to");
    order.billingAddress = row.text("bill_to");
    order.sourceVersion = row.maybeTime("source_version");
    return order;
}

}  // namespace

std::optional<sdk::Price> priceOf(const store::Row& row,
                                  std::string_view shop,
                                  std::string_view presentment) {
    if (row.null(shop) || row.null("currency")) return std::nullopt;
    sdk::Price price;
    price.shop = {row.integer(shop), row.text("currency")};
    price.presentment = price.shop;
    if (!row.null(presentment) && !row.null("presentment_currency"))
        price.presentment = {row.integer(presentment), row.text("presentment_currency")};
    return price;
}

std::vector<OrderSummary> listOrders(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const OrderFilter& filter,
                                     const std::optional<store::KeysetPosition>& after,
                                     std::int32_t limit) {
    const store::KeysetPosition from = after.value_or(store::KeysetPosition{});
    std::vector<OrderSummary> orders;
    for (const store::Row row : tx.query(store::textOf(kListOrders),
                                         storeId,
                                         from.updatedAt,
                                         from.id,
                                         filter.updatedSince.value_or(sdk::Timestamp{}),
                                         filter.status,
                                         filter.financialStatus,
                                         filter.fulfilmentStatus,
                                         filter.placedFrom,
                                         filter.placedUntil,
                                         filter.customerId,
                                         filter.integrationId,
                                         filter.name,
                                         limit))
        orders.push_back(summaryOf(row));
    return orders;
}

std::optional<OrderDetail> findOrder(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const core::Uuid& id) {
    const store::Rows rows = tx.query(store::textOf(kFindOrder), storeId, id);
    if (rows.empty()) return std::nullopt;
    OrderDetail order = detailOf(rows[0]);
    addChildren(tx, storeId, order);
    return order;
}

}  // namespace souk::orders
