#include "translate_message.hpp"
#include "wire.hpp"

#include <souk/sdk/money.hpp>

namespace souk::whatsapp {

using sdk::Json;

namespace {

sdk::Price both(const sdk::Money& money) {
    return {money, money};
}

sdk::Result<sdk::OrderLine> lineFrom(const Json& item, const std::string& id) {
    sdk::OrderLine line;
    line.externalId = id;
    line.variantExternalId = SOUK_TRY(nameIn(item, "product_retailer_id"));
    line.title = line.variantExternalId;
    line.quantity = SOUK_TRY(item.integer("quantity"));
    if (line.quantity < 1)
        return sdk::Error{sdk::ErrorKind::BadPayload, item.path() + ".quantity: less than one"};
    line.currentQuantity = line.quantity;
    const auto currency = SOUK_TRY(item.text("currency"));
    // A JSON number of a unit's price in whole currency: 7.99, exact as written.
    auto price = sdk::moneyFrom(SOUK_TRY(item.text("item_price")), currency);
    if (!price)
        return sdk::Error{sdk::ErrorKind::BadPayload,
                          item.path() + ".item_price: " + price.error().message};
    line.unitPrice = both(*price);
    line.discount = both({0, currency});
    line.tax = both({0, currency});
    return line;
}

sdk::Result<sdk::Money> totalOf(const std::vector<sdk::OrderLine>& lines, const Json& items) {
    sdk::Money total{0, lines.front().unitPrice.shop.currency};
    for (const auto& line : lines) {
        const auto& unit = line.unitPrice.shop;
        std::int64_t amount = 0;
        if (unit.currency != total.currency ||
            __builtin_mul_overflow(unit.minor, line.quantity, &amount) ||
            __builtin_add_overflow(total.minor, amount, &total.minor))
            return sdk::Error{sdk::ErrorKind::BadPayload,
                              items.path() + ": two currencies, or a sum out of range"};
    }
    return total;
}

}  // namespace

sdk::Result<sdk::Order> orderFrom(const Json& message, const sdk::Person& person) {
    sdk::Order order;
    order.externalId = SOUK_TRY(nameIn(message, "id"));
    order.placedAt = SOUK_TRY(timeIn(message, "timestamp"));
    order.updatedAt = order.placedAt;
    order.name = "WhatsApp order";
    order.status = "open";
    order.financialStatus = "pending";
    order.fulfilmentStatus = "unfulfilled";
    order.customerExternalId = person.externalId;
    order.phone = person.phone;
    const auto body = SOUK_TRY(message.object("order"));
    order.note = body.textOr("text", "");
    const auto items = SOUK_TRY(body.items("product_items"));
    if (items.empty())
        return sdk::Error{sdk::ErrorKind::BadPayload, body.path() + ".product_items: empty"};
    for (const auto& item : items) {
        auto line = SOUK_TRY(
            lineFrom(item, order.externalId + "/" + std::to_string(order.lines.size() + 1)));
        order.lines.push_back(std::move(line));
    }
    const auto total = SOUK_TRY(totalOf(order.lines, body));
    const sdk::Money none{0, total.currency};
    order.total = both(total);
    order.current = both(total);
    order.subtotal = both(total);
    order.tax = both(none);
    order.shipping = both(none);
    order.discount = both(none);
    order.extra = message.raw();
    return order;
}

}  // namespace souk::whatsapp
