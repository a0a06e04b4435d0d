#pragma once

#include "catalog/reader.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace souk::catalog {

/// The minor units in `column` with the row's `currency`; none when either is null.
std::optional<sdk::Money> moneyOf(const store::Row& row, std::string_view column);

/// Live variants of a product by position, with their live listings and stock.
std::vector<VariantDetail> variantsOf(store::Transaction& tx,
                                      const core::Uuid& storeId,
                                      const core::Uuid& productId);

/// Every listing of a product, gone ones too, oldest first.
std::vector<ProductListing> listingsOf(store::Transaction& tx,
                                       const core::Uuid& storeId,
                                       const core::Uuid& productId);

}  // namespace souk::catalog
