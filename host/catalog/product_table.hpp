#pragma once

#include "store/guard.hpp"

#include <string>

namespace souk::catalog {

/// Listings carry the guards of products; their parent is the product.
inline constexpr store::GuardedTable kListingTable{.see = R"(
SELECT external_id AS key, id, content_hash, source_version, deleted_version,
       deleted_at IS NOT NULL AS deleted, product_id AS parent_id
FROM product_listing WHERE store_id = $1 AND integration_id = $2 AND external_id = ANY ($3))",
                                                   .lock = R"(
SELECT external_id AS key, id, content_hash, source_version, deleted_version,
       deleted_at IS NOT NULL AS deleted, product_id AS parent_id
FROM product_listing WHERE store_id = $1 AND integration_id = $2 AND external_id = ANY ($3)
ORDER BY external_id FOR UPDATE)"};

/// One for the whole store, not for one integration: two shops that bring the same SKU at the same
/// moment must see each other to become one product.
inline std::string creationLock(const store::RecordScope& scope) {
    return "souk:product:" + scope.storeId.text();
}

}  // namespace souk::catalog
