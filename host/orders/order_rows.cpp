#include "orders/order_rows.hpp"

#include <array>

namespace souk::orders {

namespace {

constexpr std::string_view kWriteOrders = R"(
INSERT INTO orders AS o (
    store_id, id, integration_id, external_id, name, status, financial_status, fulfilment_status,
    customer_external_id, email, phone, currency, total_minor, current_total_minor, subtotal_minor,
    tax_minor, shipping_minor, discount_minor, presentment_currency, presentment_total_minor,
    presentment_current_total_minor, presentment_subtotal_minor, presentment_tax_minor,
    presentment_shipping_minor, presentment_discount_minor, taxes_included, test, tags, note,
    cancel_reason, shipping_address, billing_address, placed_at, cancelled_at, closed_at,
    content_hash, source_version, extra)
SELECT $1, id, $2, external_id, name, status, financial, fulfilment, customer, email, phone,
       currency, total, current_total, subtotal, tax, shipping, discount, p_currency, p_total,
       p_current, p_subtotal, p_tax, p_shipping, p_discount, taxes_included, test, tags::text[],
       note, cancel_reason, nullif(ship_to::jsonb, 'null'::jsonb),
       nullif(bill_to::jsonb, 'null'::jsonb), placed, cancelled, closed, hash, stamp, extra
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::int8[], $14::int8[], $15::int8[],
            $16::int8[], $17::int8[], $18::int8[], $19::text[], $20::int8[], $21::int8[],
            $22::int8[], $23::int8[], $24::int8[], $25::int8[], $26::bool[], $27::bool[],
            $28::text[], $29::text[], $30::text[], $31::text[], $32::text[], $33::timestamptz[],
            $34::timestamptz[], $35::timestamptz[], $36::bytea[], $37::timestamptz[], $38::text[])
     AS x(id, external_id, name, status, financial, fulfilment, customer, email, phone, currency,
          total, current_total, subtotal, tax, shipping, discount, p_currency, p_total, p_current,
          p_subtotal, p_tax, p_shipping, p_discount, taxes_included, test, tags, note,
          cancel_reason, ship_to, bill_to, placed, cancelled, closed, hash, stamp, extra)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    name = excluded.name, status = excluded.status, financial_status = excluded.financial_status,
    fulfilment_status = excluded.fulfilment_status,
    customer_external_id = excluded.customer_external_id, email = excluded.email,
    phone = excluded.phone, currency = excluded.currency, total_minor = excluded.total_minor,
    current_total_minor = excluded.current_total_minor, subtotal_minor = excluded.subtotal_minor,
    tax_minor = excluded.tax_minor, shipping_minor = excluded.shipping_minor,
    discount_minor = excluded.discount_minor,
    presentment_currency = excluded.presentment_currency,
    presentment_total_minor = excluded.presentment_total_minor,
    presentment_current_total_minor = excluded.presentment_current_total_minor,
    presentment_subtotal_minor = excluded.presentment_subtotal_minor,
    presentment_tax_minor = excluded.presentment_tax_minor,
    presentment_shipping_minor = excluded.presentment_shipping_minor,
    presentment_discount_minor = excluded.presentment_discount_minor,
    taxes_included = excluded.taxes_included, test = excluded.test, tags = excluded.tags,
    note = excluded.note, cancel_reason = excluded.cancel_reason,
    shipping_address = excluded.shipping_address, billing_address = excluded.billing_address,
    placed_at = excluded.placed_at, cancelled_at = excluded.cancelled_at,
    closed_at = excluded.closed_at, content_hash = excluded.content_hash,
    source_version = excluded.source_version, extra = excluded.extra, deleted_version = NULL,
    deleted_at = NULL, updated_at = now(), synced_at = now(), version = o.version + 1)";

/// The six amounts of an order, shop's or buyer's, in the order of the columns.
constexpr std::array kAmounts{&sdk::Order::total,
                              &sdk::Order::current,
                              &sdk::Order::subtotal,
                              &sdk::Order::tax,
                              &sdk::Order::shipping,
                              &sdk::Order::discount};

struct OrderColumns {
    std::vector<core::Uuid> ids;
    std::vector<std::string> externalIds, names, statuses, financials, fulfilments, tags, notes,
        reasons, shipTo, billTo, hashes, extras;
    std::vector<std::optional<std::string>> customers, emails, phones, currencies, buyerCurrencies;
    std::array<std::vector<std::int64_t>, kAmounts.size()> shop, buyer;
    std::vector<bool> taxesIncluded, test;
    std::vector<std::optional<sdk::Timestamp>> placed, cancelled, closed;
    std::vector<sdk::Timestamp> stamps;

    void add(const OrderPlan& plan) {
        const sdk::Order& order = *plan.order;
        ids.push_back(plan.id);
        externalIds.push_back(order.externalId);
        names.push_back(order.name);
        statuses.push_back(order.status);
        financials.push_back(order.financialStatus);
        fulfilments.push_back(order.fulfilmentStatus);
        customers.push_back(store::textOrNull(order.customerExternalId));
        emails.push_back(store::textOrNull(order.email));
        phones.push_back(store::textOrNull(order.phone));
        addMoney(order);
        taxesIncluded.push_back(order.taxesIncluded);
        test.push_back(order.test);
        tags.push_back(store::arrayLiteral(order.tags));
        notes.push_back(order.note);
        reasons.push_back(order.cancelReason);
        shipTo.push_back(order.shippingAddress);
        billTo.push_back(order.billingAddress);
        placed.push_back(store::timeOrNull(order.placedAt));
        cancelled.push_back(order.cancelledAt);
        closed.push_back(order.closedAt);
        hashes.push_back(plan.hash);
        stamps.push_back(plan.stamp);
        extras.push_back(order.extra);
    }

    void addMoney(const sdk::Order& order) {
        currencies.push_back(store::textOrNull(order.total.shop.currency));
        buyerCurrencies.push_back(store::textOrNull(order.total.presentment.currency));
        for (std::size_t at = 0; at < kAmounts.size(); ++at) {
            shop[at].push_back((order.*kAmounts[at]).shop.minor);
            buyer[at].push_back((order.*kAmounts[at]).presentment.minor);
        }
    }
};

}  // namespace

void writeOrderRows(store::Transaction& tx,
                    const store::RecordScope& scope,
                    const std::vector<OrderPlan>& plans) {
    OrderColumns page;
    for (const OrderPlan& plan : plans) page.add(plan);
    store::Params params(scope.storeId, scope.integrationId, page.ids);
    for (const auto* column :
         {&page.externalIds, &page.names, &page.statuses, &page.financials, &page.fulfilments})
        params.add(*column);
    for (const auto* column : {&page.customers, &page.emails, &page.phones, &page.currencies})
        params.add(*column);
    for (const auto& amounts : page.shop) params.add(amounts);
    params.add(page.buyerCurrencies);
    for (const auto& amounts : page.buyer) params.add(amounts);
    params.add(page.taxesIncluded);
    params.add(page.test);
    for (const auto* column : {&page.tags, &page.notes, &page.reasons, &page.shipTo, &page.billTo})
        params.add(*column);
    for (const auto* column : {&page.placed, &page.cancelled, &page.closed}) params.add(*column);
    params.addBytesArray(page.hashes);
    params.add(page.stamps);
    params.add(page.extras);
    tx.run(kWriteOrders, params);
}

}  // namespace souk::orders
