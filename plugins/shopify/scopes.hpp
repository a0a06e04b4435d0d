#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// https://shopify.dev/docs/api/usage/access-scopes
namespace souk::shopify {

/// The manifest's list.
inline constexpr std::array<std::string_view, 5> kRequiredScopes{
    "read_products", "write_inventory", "read_locations", "read_orders", "read_customers"};
/// Optional: orders older than 60 days. Shopify grants it only to apps it approved, so it is not in
/// the manifest, whose scopes a shop must grant.
inline constexpr std::string_view kAllOrdersScope = "read_all_orders";
/// Optional: to offer products of other platforms in the shop.
inline constexpr std::string_view kOffersScope = "write_products";

/// "a,b c" -> {"a", "b", "c"}.
std::vector<std::string> splitScopes(std::string_view joined);
/// Shopify leaves read_x out where write_x was granted: adds it. Sorted, without repeats.
std::vector<std::string> expandedScopes(std::vector<std::string> scopes);
/// The required ones that are not among the expanded `granted`, joined by ", ".
std::string missingScopes(const std::vector<std::string>& granted);
bool grants(const std::vector<std::string>& granted, std::string_view scope);

}  // namespace souk::shopify
