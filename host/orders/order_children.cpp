#include "orders/order_rows.hpp"

#include <unordered_set>

namespace souk::orders {

namespace {

/// How the children that an order has lost are found, and taken away where there are any.
struct ChildTable {
    std::string_view missing;
    std::string_view remove;
};

constexpr ChildTable kLines{
    .missing = R"(
SELECT t.id FROM unnest($2::uuid[]) AS k(order_id) CROSS JOIN LATERAL (
    SELECT id, order_id, external_id FROM order_items
    WHERE store_id = $1 AND order_id = k.order_id OFFSET 0) t
WHERE (t.order_id, t.external_id) NOT IN (SELECT * FROM unnest($3::uuid[], $4::text[])))",
    .remove = "DELETE FROM order_items WHERE store_id = $1 AND id = ANY ($2)"};

// A platform forgets what a line sold once that is deleted; what is known of a line stays known.
constexpr std::string_view kWriteLines = R"(
INSERT INTO order_items AS c (
    store_id, id, order_id, external_id, position, product_external_id, variant_external_id, title,
    variant_title, sku, quantity, current_quantity, unit_price_minor, discount_minor, tax_minor,
    presentment_unit_price_minor, presentment_discount_minor, presentment_tax_minor)
SELECT $1, * FROM unnest(
    $2::uuid[], $3::uuid[], $4::text[], $5::int4[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::int8[], $16::int8[],
    $17::int8[], $18::int8[])
ON CONFLICT (store_id, order_id, external_id) DO UPDATE SET
    position = excluded.position,
    product_external_id = coalesce(excluded.product_external_id, c.product_external_id),
    variant_external_id = coalesce(excluded.variant_external_id, c.variant_external_id),
    title = excluded.title,
    variant_title = excluded.variant_title, sku = excluded.sku, quantity = excluded.quantity,
    current_quantity = excluded.current_quantity, unit_price_minor = excluded.unit_price_minor,
    discount_minor = excluded.discount_minor, tax_minor = excluded.tax_minor,
    presentment_unit_price_minor = excluded.presentment_unit_price_minor,
    presentment_discount_minor = excluded.presentment_discount_minor,
    presentment_tax_minor = excluded.presentment_tax_minor
WHERE (c.position, c.product_external_id, c.variant_external_id, c.title, c.variant_title, c.sku,
       c.quantity, c.current_quantity, c.unit_price_minor, c.discount_minor, c.tax_minor,
       c.presentment_unit_price_minor, c.presentment_discount_minor, c.presentment_tax_minor)
      IS DISTINCT FROM
      (excluded.position, coalesce(excluded.product_external_id, c.product_external_id),
       coalesce(excluded.variant_external_id, c.variant_external_id), excluded.title,
       excluded.variant_title, excluded.sku, excluded.quantity, excluded.current_quantity,
       excluded.unit_price_minor, excluded.discount_minor, excluded.tax_minor,
       excluded.presentment_unit_price_minor, excluded.presentment_discount_minor,
       excluded.presentment_tax_minor))";

constexpr ChildTable kRefunds{.missing = R"(
SELECT t.id FROM unnest($2::uuid[]) AS k(order_id) CROSS JOIN LATERAL (
    SELECT id, order_id, external_id FROM refund
    WHERE store_id = $1 AND order_id = k.order_id OFFSET 0) t
WHERE (t.order_id, t.external_id) NOT IN (SELECT * FROM unnest($3::uuid[], $4::text[])))",
                              .remove = "DELETE FROM refund WHERE store_id = $1 AND id = ANY ($2)"};

constexpr std::string_view kWriteRefunds = R"(
INSERT INTO refund AS c (store_id, id, order_id, external_id, total_minor, presentment_total_minor,
                         note, refunded_at)
SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::int8[], $6::int8[], $7::text[],
                         $8::timestamptz[])
ON CONFLICT (store_id, order_id, external_id) DO UPDATE SET
    total_minor = excluded.total_minor, presentment_total_minor = excluded.presentment_total_minor,
    note = excluded.note, refunded_at = excluded.refunded_at
WHERE (c.total_minor, c.presentment_total_minor, c.note, c.refunded_at) IS DISTINCT FROM
      (excluded.total_minor, excluded.presentment_total_minor, excluded.note,
       excluded.refunded_at))";

constexpr ChildTable kFulfilments{
    .missing = R"(
SELECT t.id FROM unnest($2::uuid[]) AS k(order_id) CROSS JOIN LATERAL (
    SELECT id, order_id, external_id FROM fulfilment
    WHERE store_id = $1 AND order_id = k.order_id OFFSET 0) t
WHERE (t.order_id, t.external_id) NOT IN (SELECT * FROM unnest($3::uuid[], $4::text[])))",
    .remove = "DELETE FROM fulfilment WHERE store_id = $1 AND id = ANY ($2)"};

constexpr std::string_view kWriteFulfilments = R"(
INSERT INTO fulfilment AS c (store_id, id, order_id, external_id, status, tracking_company,
                             tracking_number, fulfilled_at, updated_at)
SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                         $8::timestamptz[], $9::timestamptz[])
ON CONFLICT (store_id, order_id, external_id) DO UPDATE SET
    status = excluded.status, tracking_company = excluded.tracking_company,
    tracking_number = excluded.tracking_number, fulfilled_at = excluded.fulfilled_at,
    updated_at = excluded.updated_at
WHERE (c.status, c.tracking_company, c.tracking_number, c.fulfilled_at, c.updated_at)
      IS DISTINCT FROM
      (excluded.status, excluded.tracking_company, excluded.tracking_number,
       excluded.fulfilled_at, excluded.updated_at))";

/// What every kind of child has: its row id, its order, its external id (once per order).
struct ChildKeys {
    std::vector<core::Uuid> ids, orders;
    std::vector<std::string> externalIds;
    std::unordered_set<std::string> seen;

    void startOrder() { seen.clear(); }
    bool add(const core::Uuid& order, const std::string& externalId) {
        if (!seen.insert(externalId).second) return false;
        ids.push_back(core::newId());
        orders.push_back(order);
        externalIds.push_back(externalId);
        return true;
    }
};

void dropMissing(store::Transaction& tx,
                 const store::RecordScope& scope,
                 const ChildTable& table,
                 const std::vector<OrderPlan>& plans,
                 const ChildKeys& keys) {
    std::vector<core::Uuid> changed;
    for (const OrderPlan& plan : plans)
        if (!plan.fresh && !plan.order->partial) changed.push_back(plan.id);
    if (changed.empty()) return;
    std::vector<core::Uuid> missing;
    for (const store::Row row :
         tx.query(table.missing, scope.storeId, changed, keys.orders, keys.externalIds))
        missing.push_back(row.uuid("id"));
    if (!missing.empty()) tx.query(table.remove, scope.storeId, missing);
}

struct LineColumns {
    ChildKeys keys;
    std::vector<std::int32_t> positions;
    std::vector<std::string> titles;
    std::vector<std::optional<std::string>> products, variants, variantTitles, skus;
    std::vector<std::int64_t> quantities, current, unit, discount, tax, buyerUnit, buyerDiscount,
        buyerTax;

    void add(const core::Uuid& order, const sdk::OrderLine& line, std::size_t position) {
        if (!keys.add(order, line.externalId)) return;
        positions.push_back(static_cast<std::int32_t>(position));
        products.push_back(store::textOrNull(line.productExternalId));
        variants.push_back(store::textOrNull(line.variantExternalId));
        titles.push_back(line.title);
        variantTitles.push_back(store::textOrNull(line.variantTitle));
        skus.push_back(store::textOrNull(line.sku));
        quantities.push_back(line.quantity);
        current.push_back(line.currentQuantity);
        unit.push_back(line.unitPrice.shop.minor);
        discount.push_back(line.discount.shop.minor);
        tax.push_back(line.tax.shop.minor);
        buyerUnit.push_back(line.unitPrice.presentment.minor);
        buyerDiscount.push_back(line.discount.presentment.minor);
        buyerTax.push_back(line.tax.presentment.minor);
    }
};

}  // namespace

void writeLines(store::Transaction& tx,
                const store::RecordScope& scope,
                const std::vector<OrderPlan>& plans) {
    LineColumns page;
    for (const OrderPlan& plan : plans) {
        page.keys.startOrder();
        std::size_t position = 0;
        for (const sdk::OrderLine& line : plan.order->lines) page.add(plan.id, line, ++position);
    }
    dropMissing(tx, scope, kLines, plans, page.keys);
    if (page.keys.ids.empty()) return;
    tx.query(kWriteLines,
             scope.storeId,
             page.keys.ids,
             page.keys.orders,
             page.keys.externalIds,
             page.positions,
             page.products,
             page.variants,
             page.titles,
             page.variantTitles,
             page.skus,
             page.quantities,
             page.current,
             page.unit,
             page.discount,
             page.tax,
             page.buyerUnit,
             page.buyerDiscount,
             page.buyerTax);
}

void writeRefunds(store::Transaction& tx,
                  const store::RecordScope& scope,
                  const std::vector<OrderPlan>& plans) {
    ChildKeys keys;
    std::vector<std::int64_t> totals, buyerTotals;
    std::vector<std::string> notes;
    std::vector<std::optional<sdk::Timestamp>> made;
    for (const OrderPlan& plan : plans) {
        keys.startOrder();
        for (const sdk::Refund& refund : plan.order->refunds) {
            if (!keys.add(plan.id, refund.externalId)) continue;
            totals.push_back(refund.total.shop.minor);
            buyerTotals.push_back(refund.total.presentment.minor);
            notes.push_back(refund.note);
            made.push_back(store::timeOrNull(refund.createdAt));
        }
    }
    dropMissing(tx, scope, kRefunds, plans, keys);
    if (keys.ids.empty()) return;
    tx.query(kWriteRefunds,
             scope.storeId,
             keys.ids,
             keys.orders,
             keys.externalIds,
             totals,
             buyerTotals,
             notes,
             made);
}

void writeFulfilments(store::Transaction& tx,
                      const store::RecordScope& scope,
                      const std::vector<OrderPlan>& plans) {
    ChildKeys keys;
    std::vector<std::string> statuses, companies, numbers;
    std::vector<std::optional<sdk::Timestamp>> made, changed;
    for (const OrderPlan& plan : plans) {
        keys.startOrder();
        for (const sdk::Fulfilment& parcel : plan.order->fulfilments) {
            if (!keys.add(plan.id, parcel.externalId)) continue;
            statuses.push_back(parcel.status);
            companies.push_back(parcel.trackingCompany);
            numbers.push_back(parcel.trackingNumber);
            made.push_back(store::timeOrNull(parcel.createdAt));
            changed.push_back(store::timeOrNull(parcel.updatedAt));
        }
    }
    dropMissing(tx, scope, kFulfilments, plans, keys);
    if (keys.ids.empty()) return;
    tx.query(kWriteFulfilments,
             scope.storeId,
             keys.ids,
             keys.orders,
             keys.externalIds,
             statuses,
             companies,
             numbers,
             made,
             changed);
}

}  // namespace souk::orders
