#include "product_page.hpp"

#include <souk/sdk/json.hpp>

#include <array>
#include <string_view>

namespace souk::bench {

namespace {

constexpr std::size_t kVariants = 3;
constexpr std::size_t kMedia = 2;
constexpr std::array<std::string_view, 8> kWords{
    "linen", "walnut", "harbour", "copper", "meadow", "winter", "studio", "atlas"};

std::string_view word(std::size_t n) {
    return kWords.at(n % kWords.size());
}

std::string description(std::size_t product) {
    std::string html = "<p>";
    for (std::size_t i = 0; i < 90; ++i)
        html.append(word(product * 31 + i * i + product / (i + 1))).append(" ");
    return html + "&amp; more</p>\n<ul>\n<li>Made to last</li>\n</ul>";
}

void addVariant(sdk::JsonWriter& json, std::size_t product, std::size_t position) {
    const auto id = std::to_string(40'000'000'000 + product * kVariants + position);
    const auto size = std::string(1, "SML"[position]);
    json.object().key("id").text("gid://shopify/ProductVariant/" + id);
    json.key("title").text("Natural / " + size).key("sku").text("SKU-" + id);
    json.key("barcode").text("40" + id).key("position").integer(std::int64_t(position) + 1);
    json.key("price").text(std::to_string(10 + product % 90) + ".90");
    json.key("compareAtPrice").null().key("taxable").boolean(true);
    json.key("inventoryPolicy").text("DENY").key("selectedOptions").array();
    json.object().key("name").text("Color").key("value").text("Natural").end();
    json.object().key("name").text("Size").key("value").text(size).end().end();
    json.key("inventoryItem").object();
    json.key("id").text("gid://shopify/InventoryItem/5" + id).end().end();
}

void addMedia(sdk::JsonWriter& json, std::size_t product, std::size_t position) {
    const auto id = std::to_string(60'000'000'000 + product * kMedia + position);
    json.object().key("id").text("gid://shopify/MediaImage/" + id);
    json.key("mediaContentType").text("IMAGE").key("alt").text("Seen from the side");
    json.key("preview").object().key("image").object();
    json.key("url").text("https://cdn.shopify.com/s/files/1/0000/" + id + ".jpg?v=1700000000");
    json.end().end().end();
}

void addOption(sdk::JsonWriter& json,
               std::string_view name,
               int position,
               std::initializer_list<std::string_view> values) {
    json.object().key("name").text(name).key("position").integer(position).key("values").array();
    for (const auto value : values) json.text(value);
    json.end().end();
}

void endConnection(sdk::JsonWriter& json) {
    json.end().key("pageInfo").object().key("hasNextPage").boolean(false).end().end();
}

void addProduct(sdk::JsonWriter& json, std::size_t product) {
    const auto id = std::to_string(8'000'000'000 + product);
    const auto title = std::string(word(product)).append(" lamp ").append(id);
    json.object().key("id").text("gid://shopify/Product/" + id).key("title").text(title);
    json.key("descriptionHtml").text(description(product));
    json.key("vendor").text("Acme").key("productType").text("Lamps");
    json.key("handle").text("lamp-" + id).key("status").text("ACTIVE").key("tags").array();
    json.text("home").text(word(product)).text("new").end();
    for (const auto* stamp : {"publishedAt", "createdAt", "updatedAt"})
        json.key(stamp).text("2026-11-01T02:15:07Z");
    json.key("options").array();
    addOption(json, "Color", 1, {"Natural"});
    addOption(json, "Size", 2, {"S", "M", "L"});
    json.end().key("variants").object().key("nodes").array();
    for (std::size_t i = 0; i < kVariants; ++i) addVariant(json, product, i);
    endConnection(json);
    json.key("media").object().key("nodes").array();
    for (std::size_t i = 0; i < kMedia; ++i) addMedia(json, product, i);
    endConnection(json);
    json.end();
}

}  // namespace

std::string productPage(std::size_t first, std::size_t count) {
    sdk::JsonWriter json;
    json.object().key("data").object().key("products").object().key("nodes").array();
    for (std::size_t i = first; i < first + count; ++i) addProduct(json, i);
    json.end().key("pageInfo").object().key("hasNextPage").boolean(true);
    json.key("endCursor").text("eyJsYXN0X2lkIjo4").end().end().end();
    json.key("extensions").object().key("cost").object().key("requestedQueryCost").integer(921);
    return json.end().end().end().take();
}

}  // namespace souk::bench
