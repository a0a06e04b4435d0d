#pragma once

#include <souk/sdk/record.hpp>

#include <string>

namespace souk::catalog {

/// Digests of the unified fields (store::ContentHash); stamps and `extra` are not part of them.
std::string contentHash(const sdk::Product& product);
std::string contentHash(const sdk::Location& location);

/// What the columns product.options, product.media and product_variant.options hold.
std::string optionsJson(const sdk::Product& product);
std::string mediaJson(const sdk::Product& product);
std::string optionsJson(const sdk::Variant& variant);

}  // namespace souk::catalog
