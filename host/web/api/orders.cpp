#include "orders/reader.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

void members(Render& json, const orders::OrderSummary& order) {
    json.id("id", order.id)
        .id("integration_id", order.integrationId)
        .text("external_id", order.externalId);
    json.text("name", order.name)
        .text("status", order.status)
        .text("financial_status", order.financialStatus);
    json.text("fulfilment_status", order.fulfilmentStatus).id("customer_id", order.customerId);
    json.text("customer_external_id", order.customerExternalId).text("email", order.email);
    json.price("total", order.total).price("current", order.current).boolean("test", order.test);
    json.number("line_count", order.lineCount)
        .time("placed_at", order.placedAt)
        .time("cancelled_at", order.cancelledAt);
    json.time("closed_at", order.closedAt)
        .time("created_at", order.createdAt)
        .time("updated_at", order.updatedAt);
    json.time("deleted_at", order.deletedAt);
}

void render(Render& json, const orders::LineDetail& detail) {
    const auto& line = detail.line;
    json.object()
        .id("id", detail.id)
        .text("external_id", line.externalId)
        .id("product_id", detail.productId);
    json.id("variant_id", detail.variantId)
        .text("title", line.title)
        .text("variant_title", line.variantTitle);
    json.text("sku", line.sku)
        .number("quantity", line.quantity)
        .number("current_quantity", line.currentQuantity);
    json.price("unit_price", line.unitPrice)
        .price("discount", line.discount)
        .price("tax", line.tax)
        .end();
}

void render(Render& json, const sdk::Refund& refund) {
    json.object()
        .text("external_id", refund.externalId)
        .price("total", refund.total)
        .text("note", refund.note);
    json.time("refunded_at", refund.createdAt).end();
}

void render(Render& json, const sdk::Fulfilment& parcel) {
    json.object().text("external_id", parcel.externalId).text("status", parcel.status);
    json.text("tracking_company", parcel.trackingCompany)
        .text("tracking_number", parcel.trackingNumber);
    json.time("fulfilled_at", parcel.createdAt).time("updated_at", parcel.updatedAt).end();
}

template <class Items>
void array(Render& json, std::string_view name, const Items& items) {
    json.key(name).array();
    for (const auto& item : items) render(json, item);
    json.end();
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id",
                "status",
                "financial_status",
                "fulfilment_status",
                "updated_since",
                "placed_from",
                "placed_until",
                "customer_id",
                "integration_id",
                "name",
                "cursor",
                "limit"});
    const PageCursor cursor("orders", call);
    const orders::OrderFilter filter{call.oneOf("status", {"open", "closed", "cancelled"}),
                                     call.text("financial_status"),
                                     call.text("fulfilment_status"),
                                     call.time("updated_since"),
                                     call.time("placed_from"),
                                     call.time("placed_until"),
                                     call.uuid("customer_id"),
                                     call.uuid("integration_id"),
                                     call.text("name")};
    std::optional<store::KeysetPosition> after;
    if (const auto at = keyset(cursor)) after = {at->first, at->second};
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto found = orders::listOrders(tx, store, filter, after, call.limit());
    return jsonAnswer(
        200,
        page(found, nextKeyset(cursor, found, call.limit()), [](Render& json, const auto& order) {
            json.object();
            members(json, order);
            json.end();
        }));
}

Response get(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto order = orders::findOrder(tx, store, call.id());
    if (!order) throw Problem(404, "There is no such order; GET /api/v1/orders lists them.");
    Render json;
    json.object();
    members(json, order->summary);
    json.text("phone", order->phone).price("subtotal", order->subtotal).price("tax", order->tax);
    json.price("shipping", order->shipping)
        .price("discount", order->discount)
        .boolean("taxes_included", order->taxesIncluded);
    json.texts("tags", order->tags)
        .text("note", order->note)
        .text("cancel_reason", order->cancelReason);
    json.raw("shipping_address", order->shippingAddress)
        .raw("billing_address", order->billingAddress);
    json.time("platform_updated_at", order->sourceVersion);
    array(json, "lines", order->lines);
    array(json, "refunds", order->refunds);
    array(json, "fulfilments", order->fulfilments);
    return tagged(call, json.end().take());
}

}  // namespace

void addOrderRoutes(Router& router, Services& services) {
    router.add("GET", "/api/v1/orders", Access::Read, [&](const Call& call) {
        return list(services, call);
    });
    router.add("GET", "/api/v1/orders/{id}", Access::Read, [&](const Call& call) {
        return get(services, call);
    });
}

}  // namespace souk::web
