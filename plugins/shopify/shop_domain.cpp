#include "shop_domain.hpp"

#include "reading.hpp"

#include <algorithm>

namespace souk::shopify {

namespace {

constexpr std::string_view kSuffix = ".myshopify.com";
constexpr std::string_view kAdmin = "admin.shopify.com/store/";
constexpr std::size_t kLongestLabel = 63;  // of a DNS name

bool isLetterOrDigit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool isHandle(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kLongestLabel && isLetterOrDigit(text.front()) &&
           std::ranges::all_of(text, [](char c) { return isLetterOrDigit(c) || c == '-'; });
}

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

}  // namespace

bool isShopDomain(std::string_view domain) noexcept {
    return domain.ends_with(kSuffix) && isHandle(domain.substr(0, domain.size() - kSuffix.size()));
}

sdk::Result<std::string> shopDomainFrom(std::string_view typed) {
    const std::string lower = lowered(std::string(trimmed(typed)));
    std::string_view rest = lower;
    for (const std::string_view scheme : {"https://", "http://"})
        if (rest.starts_with(scheme)) rest.remove_prefix(scheme.size());
    if (rest.starts_with(kAdmin)) rest.remove_prefix(kAdmin.size());
    rest = rest.substr(0, rest.find_first_of("/?#"));

    if (isShopDomain(rest)) return std::string(rest);
    if (isHandle(rest)) return std::string(rest).append(kSuffix);
    if (rest.empty())
        return sdk::Error{sdk::ErrorKind::Rejected,
                          "the shop's address is missing; it looks like my-shop.myshopify.com"};
    return sdk::Error{sdk::ErrorKind::Rejected,
                      "this is not a shop's permanent address; it looks like "
                      "my-shop.myshopify.com and stands in Shopify under Settings, Domains"};
}

}  // namespace souk::shopify
