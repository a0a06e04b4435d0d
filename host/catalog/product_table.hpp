#pragma once

#include "store/guard.hpp"

#include <string>

namespace souk::catalog {

/// Listings carry the guards of products; their parent is the product.
inline constexpr store::GuardedTable kListingTable{.see = R"(
SELECT t.* FROM unnest($3::text[]) AS k(key) CROSS JOIN LATERAL (
    SELECT external_id AS key, id, content_hash, source_version,
           deleted_version, deleted_at IS NOT NULL AS deleted, product_id AS parent_id
    FROM product_listing
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key OFFSET 0) t)",
                                                   .lock = R"(
SELECT t.* FROM (SELECT unnest($3::text[]) AS key ORDER BY 1) k CROSS JOIN LATERAL (
    SELECT external_id AS key, id, content_hash, source_version,
           deleted_version, deleted_at IS NOT NULL AS deleted, product_id AS parent_id
    FROM product_listing
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key FOR UPDATE) t)"};

/// One for the whole store, not for one integration: two shops that bring the same SKU at the same
/// moment must see each other to become one product.
inline std::string creationLock(const store::RecordScope& scope) {
    return "souk:product:" + scope.storeId.text();
}

}  // namespace souk::catalog
