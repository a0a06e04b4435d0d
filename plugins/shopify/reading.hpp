#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What webhook bodies (REST-shaped) and GraphQL nodes have in common. Both translators build their
/// records from these, so that the same object yields the same record in either shape.
namespace souk::shopify {

/// "gid://shopify/Product/123?x=y" -> "123".
std::string_view tailOf(std::string_view gid) noexcept;
/// The object's id, the bare number as text: from its gid where it has one, else from `id`.
/// BadPayload when there is neither.
sdk::Result<std::string> idIn(const sdk::Json& item);
/// ("Product", "123") -> "gid://shopify/Product/123".
std::string gidOf(std::string_view type, std::string_view id);
/// ASCII lower case: enums, domains and e-mail addresses.
std::string lowered(std::string text);

/// The member as text; absent and null are "".
std::string textIn(const sdk::Json& item, std::string_view key);
/// The member's elements; absent and null are an empty list. BadPayload when it is no list.
sdk::Result<std::vector<sdk::Json>> listIn(const sdk::Json& item, std::string_view key);
/// The `nodes` of a connection, which may be absent.
sdk::Result<std::vector<sdk::Json>> nodesIn(const sdk::Json& item, std::string_view connection);
bool hasNextPage(const sdk::Json& item, std::string_view connection);

sdk::Result<sdk::Timestamp> timeIn(const sdk::Json& item, std::string_view key);
sdk::Result<std::optional<sdk::Timestamp>> optionalTimeIn(const sdk::Json& item,
                                                          std::string_view key);
/// As timeIn, but a default Timestamp when the platform did not say.
sdk::Result<sdk::Timestamp> timeOrUnknownIn(const sdk::Json& item, std::string_view key);

/// Tags as a list of texts; trimmed, without empty ones, sorted, without repeats.
sdk::Result<std::vector<std::string>> listedTagsIn(const sdk::Json& item, std::string_view key);
/// Tags as one text with commas; otherwise the same.
std::vector<std::string> joinedTagsIn(const sdk::Json& item, std::string_view key);

/// Shopify's word for "this product has no real variants" is not a title.
std::string variantTitleIn(const sdk::Json& line, std::string_view key);
/// open, closed or cancelled, from its time stamps: the only words both shapes agree on.
std::string statusOf(const sdk::Order& order);

/// How a money set is spelled.
struct MoneyKeys {
    std::string_view shop;
    std::string_view presentment;
    std::string_view currency;
};

/// The currencies of an order.
struct Currencies {
    std::string shop;
    std::string presentment;

    sdk::Price zero() const { return {{0, shop}, {0, presentment}}; }
};

/// A money set that must be there.
sdk::Result<sdk::Price> priceIn(const sdk::Json& item, std::string_view key, const MoneyKeys& keys);
/// A money set, or zero where Shopify sends none.
sdk::Result<sdk::Price> priceOrZeroIn(const sdk::Json& item,
                                      std::string_view key,
                                      const MoneyKeys& keys,
                                      const Currencies& currencies);
/// A bare decimal in the account's currency; absent, null and "" are none.
sdk::Result<std::optional<sdk::Money>> moneyIn(const sdk::Json& item,
                                               std::string_view key,
                                               const std::string& currency);
/// sum += part. BadPayload when the currencies differ or 64 bits do not hold the sum.
sdk::Result<sdk::Done> addTo(sdk::Price& sum, const sdk::Price& part);

/// "Ada Müller" of the two members; either may be absent.
std::string nameIn(const sdk::Json& item, std::string_view first, std::string_view last);

/// Our address keys in their order, each with the platform's name for it.
using AddressKeys = std::span<const std::pair<std::string_view, std::string_view>>;
/// An address as compact JSON with `name` and our keys, empty members left out; "null" when nothing
/// is left.
std::string addressFrom(const sdk::Json& address, std::string_view name, AddressKeys keys);

/// One item we could not read, with its bytes and the reason.
sdk::Reject rejectOf(sdk::Entity entity, const sdk::Json& item, const sdk::Error& error);

}  // namespace souk::shopify
