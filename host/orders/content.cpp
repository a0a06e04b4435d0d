#include "orders/content.hpp"

#include "store/content_hash.hpp"

namespace souk::orders {

namespace {

std::int64_t countOf(std::size_t size) {
    return static_cast<std::int64_t>(size);
}

void addLine(store::ContentHash& hash, const sdk::OrderLine& line) {
    hash.text(line.externalId).text(line.productExternalId).text(line.variantExternalId);
    hash.text(line.title).text(line.variantTitle).text(line.sku);
    hash.number(line.quantity).number(line.currentQuantity);
    hash.price(line.unitPrice).price(line.discount).price(line.tax);
}

void addChildren(store::ContentHash& hash, const sdk::Order& order) {
    hash.number(countOf(order.lines.size()));
    for (const sdk::OrderLine& line : order.lines) addLine(hash, line);
    hash.number(countOf(order.refunds.size()));
    for (const sdk::Refund& refund : order.refunds)
        hash.text(refund.externalId).price(refund.total).text(refund.note).time(refund.createdAt);
    hash.number(countOf(order.fulfilments.size()));
    for (const sdk::Fulfilment& parcel : order.fulfilments) {
        hash.text(parcel.externalId).text(parcel.status).text(parcel.trackingCompany);
        hash.text(parcel.trackingNumber).time(parcel.createdAt).time(parcel.updatedAt);
    }
}

}  // namespace

std::string contentHash(const sdk::Customer& customer) {
    return store::ContentHash()
        .text(customer.email)
        .text(customer.phone)
        .text(customer.firstName)
        .text(customer.lastName)
        .text(customer.locale)
        .text(customer.state)
        .texts(customer.tags)
        .text(customer.defaultAddress)
        .time(customer.createdAt)
        .take();
}

std::string contentHash(const sdk::Order& order) {
    store::ContentHash hash;
    hash.text(order.name).text(order.status).text(order.financialStatus);
    hash.text(order.fulfilmentStatus).text(order.customerExternalId);
    hash.text(order.email).text(order.phone);
    for (const sdk::Price* price : {&order.total,
                                    &order.current,
                                    &order.subtotal,
                                    &order.tax,
                                    &order.shipping,
                                    &order.discount})
        hash.price(*price);
    hash.flag(order.taxesIncluded).flag(order.test).texts(order.tags);
    hash.text(order.note).text(order.cancelReason);
    hash.text(order.shippingAddress).text(order.billingAddress);
    hash.time(order.placedAt).time(order.cancelledAt).time(order.closedAt);
    addChildren(hash, order);
    return hash.take();
}

}  // namespace souk::orders
