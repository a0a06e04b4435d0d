#include "privacy/wish.hpp"

#include <souk/sdk/json.hpp>

namespace souk::privacy {

namespace {

std::vector<std::string> textsIn(const sdk::Json& json, std::string_view key) {
    std::vector<std::string> texts;
    const auto items = json.items(key);
    if (!items) return texts;
    for (const auto& item : *items)
        if (auto text = item.text(); text && !text->empty()) texts.push_back(*std::move(text));
    return texts;
}

std::optional<core::Uuid> idIn(const sdk::Json& json, std::string_view key) {
    const auto id = core::Uuid::parse(json.textOr(key, ""));
    return id && !id->empty() ? std::optional(*id) : std::nullopt;
}

sdk::JsonWriter& writeTexts(sdk::JsonWriter& json, const std::vector<std::string>& texts) {
    json.array();
    for (const auto& text : texts) json.text(text);
    return json.end();
}

}  // namespace

sdk::Result<Wish> wishFrom(const std::string& payload) {
    const auto json = SOUK_TRY(sdk::Json::parse(payload));
    Wish wish;
    wish.what = SOUK_TRY(json.text("what"));
    wish.person.customer = json.textOr("customer_external_id", "");
    wish.person.orders = textsIn(json, "order_external_ids");
    wish.externalId = json.textOr("request_id", "");
    wish.event = idIn(json, "event");
    wish.request = idIn(json, "request");
    const bool ofOne = wish.what == kExport || wish.what == kEraseCustomer;
    if (!ofOne && wish.what != kEraseStore)
        return sdk::Error{sdk::ErrorKind::BadPayload,
                          "A privacy job knows no \"" + wish.what + "\"."};
    if (ofOne && wish.person.customer.empty() && wish.person.orders.empty())
        return sdk::Error{sdk::ErrorKind::BadPayload,
                          "The request names neither a customer nor an order."};
    return wish;
}

std::string payloadOf(const Wish& wish) {
    sdk::JsonWriter json;
    json.object().key("what").text(wish.what);
    json.key("customer_external_id").text(wish.person.customer);
    writeTexts(json.key("order_external_ids"), wish.person.orders);
    if (wish.request) json.key("request").text(wish.request->text());
    return json.end().take();
}

std::string subjectOf(const orders::PersonIds& person) {
    sdk::JsonWriter json;
    json.object().key("customer").text(person.customer);
    writeTexts(json.key("orders"), person.orders);
    return json.end().take();
}

orders::PersonIds personIn(const std::string& subject) {
    orders::PersonIds person;
    if (const auto json = sdk::Json::parse(subject)) {
        person.customer = json->textOr("customer", "");
        person.orders = textsIn(*json, "orders");
    }
    return person;
}

std::string hashOf(const orders::PersonIds& person, const PersonHash& hash) {
    return hash(person.customer.empty() ? person.orders.front() : person.customer);
}

std::vector<std::string> hashesOf(store::Transaction& store,
                                  const store::RecordScope& scope,
                                  const orders::PersonIds& person,
                                  const PersonHash& hash) {
    std::vector<std::string> hashes;
    for (const auto& id : orders::knownAs(store, scope, person)) hashes.push_back(hash(id));
    return hashes;
}

}  // namespace souk::privacy
