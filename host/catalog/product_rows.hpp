#pragma once

#include "catalog/plan.hpp"

#include <vector>

namespace souk::catalog {

/// Listings with their products' fields and their entry in product.platform_sync: one statement.
void writeListings(store::Transaction& tx,
                   const store::RecordScope& scope,
                   const std::vector<ProductPlan>& plans);

/// Unified variants (where the plan leads) and what the platform lists of them. Rows that already
/// say the same are left alone.
void writeVariants(store::Transaction& tx,
                   const store::RecordScope& scope,
                   const std::vector<ProductPlan>& plans);

/// Tombstones for variants no longer named, and for unified variants nobody lists any more.
void retireVariants(store::Transaction& tx,
                    const store::RecordScope& scope,
                    const GoneVariants& gone);

}  // namespace souk::catalog
