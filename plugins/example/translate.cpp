#include "translate.hpp"

#include <souk/sdk/time.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace souk::example {

namespace {

std::vector<std::string> sortedTexts(const sdk::Json& item, std::string_view key) {
    std::vector<std::string> texts;
    if (const auto list = item.items(key))
        for (const auto& one : *list)
            if (auto text = one.text()) texts.push_back(*std::move(text));
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    return texts;
}

sdk::Result<sdk::Timestamp> timeAt(const sdk::Json& item, std::string_view key) {
    const auto text = SOUK_TRY(item.text(key));
    return sdk::timestampFrom(text);
}

sdk::Result<std::optional<sdk::Timestamp>> timeIfAny(const sdk::Json& item, std::string_view key) {
    if (!item.has(key)) return std::optional<sdk::Timestamp>();
    return std::optional(SOUK_TRY(timeAt(item, key)));
}

sdk::Result<sdk::Money> moneyAt(const sdk::Json& item,
                                std::string_view key,
                                std::string_view currency) {
    const auto decimal = SOUK_TRY(item.text(key));
    return sdk::moneyFrom(decimal, currency);
}

/// The shop and its buyers use one currency on this platform.
sdk::Result<sdk::Price> priceAt(const sdk::Json& item,
                                std::string_view key,
                                std::string_view currency) {
    const auto money = SOUK_TRY(moneyAt(item, key, currency));
    return sdk::Price{money, money};
}

sdk::Result<sdk::Variant> variantFrom(const sdk::Json& item, std::string_view currency) {
    sdk::Variant variant;
    variant.externalId = SOUK_TRY(item.text("id"));
    variant.inventoryItemId = variant.externalId;  // stock is counted per variant here
    variant.title = item.textOr("title", "");
    variant.sku = item.textOr("sku", "");
    variant.barcode = item.textOr("barcode", "");
    variant.price = SOUK_TRY(moneyAt(item, "price", currency));
    if (item.has("was")) variant.compareAtPrice = SOUK_TRY(moneyAt(item, "was", currency));
    const auto options = item.at("options");
    for (const auto& name : options.keys())
        variant.options.emplace_back(name, options.textOr(name, ""));
    return variant;
}

sdk::Result<std::vector<sdk::Record>> stockFrom(const sdk::Json& variant, sdk::Timestamp at) {
    std::vector<sdk::Record> levels;
    if (!variant.has("stock")) return levels;
    for (const auto& one : SOUK_TRY(variant.items("stock"))) {
        sdk::StockLevel level;
        level.inventoryItemId = SOUK_TRY(variant.text("id"));
        level.locationExternalId = SOUK_TRY(one.text("location"));
        if (one.has("available")) level.available = SOUK_TRY(one.integer("available"));
        level.updatedAt = at;
        levels.emplace_back(std::move(level));
    }
    return levels;
}

sdk::Result<std::vector<sdk::Record>> productFrom(const sdk::Json& item) {
    sdk::Product product;
    product.externalId = SOUK_TRY(item.text("id"));
    product.title = SOUK_TRY(item.text("title"));
    product.descriptionHtml = item.textOr("description_html", "");
    product.vendor = item.textOr("brand", "");
    product.productType = item.textOr("category", "");
    product.handle = item.textOr("slug", "");
    product.status = item.booleanOr("visible", true) ? "active" : "draft";
    product.tags = sortedTexts(item, "tags");
    product.createdAt = SOUK_TRY(timeAt(item, "created_at"));
    product.updatedAt = SOUK_TRY(timeAt(item, "updated_at"));
    product.publishedAt = SOUK_TRY(timeIfAny(item, "published_at"));
    product.partial = item.booleanOr("variants_cut", false);
    product.extra = item.raw();

    const auto currency = SOUK_TRY(item.text("currency"));
    std::vector<sdk::Record> stock;
    for (const auto& one : SOUK_TRY(item.items("variants"))) {
        auto variant = SOUK_TRY(variantFrom(one, currency));
        variant.position = static_cast<std::int64_t>(product.variants.size()) + 1;
        product.variants.push_back(std::move(variant));
        auto levels = SOUK_TRY(stockFrom(one, product.updatedAt));
        std::move(levels.begin(), levels.end(), std::back_inserter(stock));
    }
    std::vector<sdk::Record> records;
    records.emplace_back(std::move(product));
    std::move(stock.begin(), stock.end(), std::back_inserter(records));
    return records;
}

sdk::Result<std::vector<sdk::Record>> customerFrom(const sdk::Json& item) {
    sdk::Customer customer;
    customer.externalId = SOUK_TRY(item.text("id"));
    customer.email = item.textOr("email", "");
    customer.phone = item.textOr("phone", "");
    customer.firstName = item.textOr("first_name", "");
    customer.lastName = item.textOr("last_name", "");
    customer.locale = item.textOr("language", "");
    customer.state = item.booleanOr("blocked", false) ? "disabled" : "enabled";
    customer.tags = sortedTexts(item, "tags");
    customer.defaultAddress = addressFrom(item.at("address"));
    customer.createdAt = SOUK_TRY(timeAt(item, "created_at"));
    customer.updatedAt = SOUK_TRY(timeAt(item, "updated_at"));
    customer.extra = item.raw();
    return std::vector<sdk::Record>{std::move(customer)};
}

sdk::Result<sdk::OrderLine> lineFrom(const sdk::Json& item, std::string_view currency) {
    sdk::OrderLine line;
    line.externalId = SOUK_TRY(item.text("id"));
    line.productExternalId = item.textOr("product_id", "");
    line.variantExternalId = item.textOr("variant_id", "");
    line.title = item.textOr("title", "");
    line.sku = item.textOr("sku", "");
    line.quantity = SOUK_TRY(item.integer("quantity"));
    line.currentQuantity = line.quantity - item.integerOr("returned", 0);
    line.unitPrice = SOUK_TRY(priceAt(item, "unit_price", currency));
    line.discount = {{0, std::string(currency)}, {0, std::string(currency)}};
    line.tax = line.discount;
    return line;
}

sdk::Result<std::vector<sdk::Record>> orderFrom(const sdk::Json& item) {
    const auto currency = SOUK_TRY(item.text("currency"));
    sdk::Order order;
    order.externalId = SOUK_TRY(item.text("id"));
    order.name = item.textOr("number", order.externalId);
    order.status = item.textOr("state", "open");
    order.financialStatus = item.textOr("payment", "");
    order.fulfilmentStatus = item.textOr("shipping_state", "unfulfilled");
    order.customerExternalId = item.textOr("customer_id", "");
    order.email = item.textOr("email", "");
    order.total = SOUK_TRY(priceAt(item, "total", currency));
    order.current = order.total;
    order.subtotal = SOUK_TRY(priceAt(item, "subtotal", currency));
    order.tax = SOUK_TRY(priceAt(item, "tax", currency));
    order.shipping = SOUK_TRY(priceAt(item, "shipping", currency));
    order.discount = SOUK_TRY(priceAt(item, "discount", currency));
    for (const auto& one : SOUK_TRY(item.items("lines"))) {
        auto line = SOUK_TRY(lineFrom(one, currency));
        order.lines.push_back(std::move(line));
    }
    order.tags = sortedTexts(item, "tags");
    order.note = item.textOr("note", "");
    order.shippingAddress = addressFrom(item.at("ship_to"));
    order.billingAddress = addressFrom(item.at("bill_to"));
    order.placedAt = SOUK_TRY(timeAt(item, "placed_at"));
    order.cancelledAt = SOUK_TRY(timeIfAny(item, "cancelled_at"));
    order.updatedAt = SOUK_TRY(timeAt(item, "updated_at"));
    order.extra = item.raw();
    return std::vector<sdk::Record>{std::move(order)};
}

}  // namespace

sdk::Result<std::vector<sdk::Record>> recordsFrom(sdk::Entity entity, const sdk::Json& item) {
    if (entity == sdk::Entity::Product) return productFrom(item);
    if (entity == sdk::Entity::Customer) return customerFrom(item);
    if (entity == sdk::Entity::Order) return orderFrom(item);
    return sdk::Error{sdk::ErrorKind::Unsupported,
                      "this platform has no " + std::string(sdk::name(entity)) + " items"};
}

sdk::Page pageFrom(sdk::Entity entity, const std::vector<sdk::Json>& items) {
    sdk::Page page;
    for (const auto& item : items) {
        auto records = recordsFrom(entity, item);
        if (records)
            std::move(records->begin(), records->end(), std::back_inserter(page.records));
        else
            page.rejects.push_back(
                {entity, item.textOr("id", ""), records.error().message, std::string(item.raw())});
    }
    return page;
}

std::string addressFrom(const sdk::Json& address) {
    // unified key, the platform's key
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kKeys{{
        {"name", "name"},
        {"company", "company"},
        {"address1", "street"},
        {"address2", "street2"},
        {"city", "city"},
        {"province", "region"},
        {"postal_code", "zip"},
        {"country_code", "country"},
        {"phone", "phone"},
    }};
    sdk::JsonWriter out;
    out.object();
    bool any = false;
    for (const auto& [unified, theirs] : kKeys) {
        const auto value = address.textOr(theirs, "");
        if (value.empty()) continue;
        out.key(unified).text(value);
        any = true;
    }
    auto json = out.end().take();
    return any ? json : "null";
}

}  // namespace souk::example
