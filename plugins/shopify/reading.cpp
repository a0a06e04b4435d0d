#include "reading.hpp"

#include <souk/sdk/time.hpp>

#include <algorithm>

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

constexpr std::string_view kGid = "gid://";

}  // namespace

std::string_view tailOf(std::string_view gid) noexcept {
    const auto query = gid.find('?');
    if (query != std::string_view::npos) gid = gid.substr(0, query);
    const auto slash = gid.rfind('/');
    return slash == std::string_view::npos ? gid : gid.substr(slash + 1);
}

sdk::Result<std::string> idIn(const Json& item) {
    std::string id = textIn(item, "id");
    if (!id.starts_with(kGid)) {
        std::string gid = textIn(item, "admin_graphql_api_id");
        if (!gid.empty()) id = std::move(gid);
    }
    if (id.empty()) SOUK_TRY(item.text("id"));
    const auto tail = tailOf(id);
    const bool digits =
        !tail.empty() && std::ranges::all_of(tail, [](char c) { return c >= '0' && c <= '9'; });
    if (digits) return std::string(tail);
    return Error{ErrorKind::BadPayload, item.path() + ".id: is not an id of Shopify's"};
}

std::string gidOf(std::string_view type, std::string_view id) {
    std::string gid = "gid://shopify/";
    gid.append(type).append("/").append(id);
    return gid;
}

std::string lowered(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

std::string textIn(const Json& item, std::string_view key) {
    return item.textOr(key, "");
}

sdk::Result<std::vector<Json>> listIn(const Json& item, std::string_view key) {
    const Json list = item.at(key);
    if (!list.isArray() && !item.has(key)) return std::vector<Json>{};
    return list.items();
}

sdk::Result<std::vector<Json>> nodesIn(const Json& item, std::string_view connection) {
    const Json found = item.at(connection);
    if (!found.isObject() && !item.has(connection)) return std::vector<Json>{};
    return found.items("nodes");
}

bool hasNextPage(const Json& item, std::string_view connection) {
    return item.at(connection).at("pageInfo").booleanOr("hasNextPage", false);
}

namespace {

Error unreadable(const Json& item, std::string_view key, const std::string& what) {
    std::string message = item.path();
    message.append(".").append(key).append(": ").append(what);
    return {ErrorKind::BadPayload, std::move(message)};
}

}  // namespace

sdk::Result<sdk::Timestamp> timeIn(const Json& item, std::string_view key) {
    auto at = sdk::timestampFrom(SOUK_TRY(item.text(key)));
    if (!at) return unreadable(item, key, at.error().message);
    return at;
}

sdk::Result<std::optional<sdk::Timestamp>> optionalTimeIn(const Json& item, std::string_view key) {
    const std::string text = textIn(item, key);
    if (text.empty()) return std::optional<sdk::Timestamp>{};
    const auto at = sdk::timestampFrom(text);
    if (!at) return unreadable(item, key, at.error().message);
    return std::optional(*at);
}

sdk::Result<sdk::Timestamp> timeOrUnknownIn(const Json& item, std::string_view key) {
    return SOUK_TRY(optionalTimeIn(item, key)).value_or(sdk::Timestamp{});
}

namespace {

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(' ');
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

std::vector<std::string> tidied(std::vector<std::string> tags) {
    for (std::string& tag : tags) tag = std::string(trimmed(tag));
    std::erase(tags, std::string());
    std::ranges::sort(tags);
    const auto repeats = std::ranges::unique(tags);
    tags.erase(repeats.begin(), repeats.end());
    return tags;
}

}  // namespace

sdk::Result<std::vector<std::string>> listedTagsIn(const Json& item, std::string_view key) {
    std::vector<std::string> tags;
    for (const Json& tag : SOUK_TRY(listIn(item, key))) tags.push_back(SOUK_TRY(tag.text()));
    return tidied(std::move(tags));
}

std::vector<std::string> joinedTagsIn(const Json& item, std::string_view key) {
    const std::string joined = textIn(item, key);
    std::vector<std::string> tags;
    for (std::size_t from = 0; from < joined.size();) {
        const auto comma = std::min(joined.find(',', from), joined.size());
        tags.push_back(joined.substr(from, comma - from));
        from = comma + 1;
    }
    return tidied(std::move(tags));
}

std::string variantTitleIn(const Json& line, std::string_view key) {
    std::string title = textIn(line, key);
    return title == "Default Title" ? std::string() : title;
}

std::string statusOf(const sdk::Order& order) {
    if (order.cancelledAt) return "cancelled";
    return order.closedAt ? "closed" : "open";
}

namespace {

sdk::Result<sdk::Money> setMoneyIn(const Json& set,
                                   std::string_view side,
                                   std::string_view currencyKey) {
    const Json money = SOUK_TRY(set.object(side));
    const std::string amount = SOUK_TRY(money.text("amount"));
    auto value = sdk::moneyFrom(amount, SOUK_TRY(money.text(currencyKey)));
    if (!value) return unreadable(money, "amount", value.error().message);
    return value;
}

}  // namespace

sdk::Result<sdk::Price> priceIn(const Json& item, std::string_view key, const MoneyKeys& keys) {
    const Json set = SOUK_TRY(item.object(key));
    auto shop = SOUK_TRY(setMoneyIn(set, keys.shop, keys.currency));
    auto presentment = SOUK_TRY(setMoneyIn(set, keys.presentment, keys.currency));
    return sdk::Price{std::move(shop), std::move(presentment)};
}

sdk::Result<sdk::Price> priceOrZeroIn(const Json& item,
                                      std::string_view key,
                                      const MoneyKeys& keys,
                                      const Currencies& currencies) {
    if (!item.has(key)) return currencies.zero();
    return priceIn(item, key, keys);
}

sdk::Result<std::optional<sdk::Money>> moneyIn(const Json& item,
                                               std::string_view key,
                                               const std::string& currency) {
    const std::string decimal = textIn(item, key);
    if (decimal.empty()) return std::optional<sdk::Money>{};
    auto money = sdk::moneyFrom(decimal, currency);
    if (!money) return unreadable(item, key, money.error().message);
    return std::optional(*std::move(money));
}

namespace {

bool addMoney(sdk::Money& sum, const sdk::Money& part) noexcept {
    return sum.currency == part.currency &&
           !__builtin_add_overflow(sum.minor, part.minor, &sum.minor);
}

}  // namespace

sdk::Result<sdk::Done> addTo(sdk::Price& sum, const sdk::Price& part) {
    if (addMoney(sum.shop, part.shop) && addMoney(sum.presentment, part.presentment))
        return sdk::Done{};
    return Error{ErrorKind::BadPayload,
                 "amounts of " + part.shop.currency + " and " + part.presentment.currency +
                     " cannot be added up in " + sum.shop.currency + " and " +
                     sum.presentment.currency};
}

std::string nameIn(const Json& item, std::string_view first, std::string_view last) {
    std::string name = textIn(item, first);
    const std::string family = textIn(item, last);
    if (!name.empty() && !family.empty()) name += ' ';
    return name + family;
}

std::string addressFrom(const Json& address, std::string_view name, AddressKeys keys) {
    sdk::JsonWriter out;
    out.object();
    if (!name.empty()) out.key("name").text(name);
    bool any = !name.empty();
    for (const auto& [ours, theirs] : keys) {
        const std::string value = textIn(address, theirs);
        if (value.empty()) continue;
        any = true;
        out.key(ours).text(value);
    }
    out.end();
    return any ? out.take() : "null";
}

sdk::Reject rejectOf(sdk::Entity entity, const Json& item, const Error& error) {
    const auto id = idIn(item);
    return {entity, id ? *id : std::string(), error.message, std::string(item.raw())};
}

}  // namespace souk::shopify
