#pragma once

#include <souk/sdk/result.hpp>

#include <string>
#include <string_view>

namespace souk::shopify {

/// "my-shop.myshopify.com", lower case: the only host names that ever receive a token.
bool isShopDomain(std::string_view domain) noexcept;

/// The shop domain in what a person types or pastes: "My-Shop", "my-shop.myshopify.com",
/// "https://my-shop.myshopify.com/admin", "admin.shopify.com/store/my-shop". Rejected says what
/// was expected.
sdk::Result<std::string> shopDomainFrom(std::string_view typed);

}  // namespace souk::shopify
