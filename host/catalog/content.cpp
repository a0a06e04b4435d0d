#include "catalog/content.hpp"

#include "store/content_hash.hpp"

#include <souk/sdk/json.hpp>

namespace souk::catalog {

namespace {

std::int64_t countOf(std::size_t size) {
    return static_cast<std::int64_t>(size);
}

void addVariant(store::ContentHash& hash, const sdk::Variant& variant) {
    hash.text(variant.externalId).text(variant.inventoryItemId).text(variant.title);
    hash.text(variant.sku).text(variant.barcode).number(variant.position);
    hash.money(variant.price).money(variant.compareAtPrice);
    hash.number(countOf(variant.options.size()));
    for (const auto& [name, value] : variant.options) hash.text(name).text(value);
    hash.flag(variant.taxable).text(variant.inventoryPolicy);
}

}  // namespace

std::string contentHash(const sdk::Product& product) {
    store::ContentHash hash;
    hash.text(product.title).text(product.descriptionHtml).text(product.vendor);
    hash.text(product.productType).text(product.handle).text(product.status);
    hash.texts(product.tags).time(product.publishedAt);
    hash.number(countOf(product.options.size()));
    for (const sdk::ProductOption& option : product.options)
        hash.text(option.name).texts(option.values);
    hash.number(countOf(product.variants.size()));
    for (const sdk::Variant& variant : product.variants) addVariant(hash, variant);
    hash.number(countOf(product.media.size()));
    for (const sdk::Media& media : product.media)
        hash.text(media.externalId).text(media.kind).text(media.url).text(media.alt);
    return hash.take();
}

std::string contentHash(const sdk::Location& location) {
    return store::ContentHash()
        .text(location.name)
        .flag(location.active)
        .text(location.address)
        .take();
}

std::string optionsJson(const sdk::Product& product) {
    sdk::JsonWriter json;
    json.array();
    for (const sdk::ProductOption& option : product.options) {
        json.object().key("name").text(option.name).key("values").array();
        for (const std::string& value : option.values) json.text(value);
        json.end().end();
    }
    return json.end().take();
}

std::string mediaJson(const sdk::Product& product) {
    sdk::JsonWriter json;
    json.array();
    for (const sdk::Media& media : product.media) {
        json.object().key("external_id").text(media.externalId).key("kind").text(media.kind);
        json.key("url").text(media.url).key("alt").text(media.alt).end();
    }
    return json.end().take();
}

std::string optionsJson(const sdk::Variant& variant) {
    sdk::JsonWriter json;
    json.array();
    for (const auto& [name, value] : variant.options) json.array().text(name).text(value).end();
    return json.end().take();
}

}  // namespace souk::catalog
