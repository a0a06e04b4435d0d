#pragma once

#include "store/guard.hpp"

#include <souk/sdk/record.hpp>

#include <vector>

namespace souk::catalog {

/// Where one variant of a listing goes.
struct VariantPlan {
    const sdk::Variant* variant = nullptr;
    core::Uuid rowId;      ///< of variant_listing
    core::Uuid variantId;  ///< of product_variant
    bool fresh = false;    ///< product_variant is to be made
    bool leads = true;     ///< this listing decides the unified variant's fields
};

/// What a listing is to its product.
enum class Standing : std::uint8_t {
    Fresh,    ///< the product is to be made
    Leads,    ///< the product's fields come from it
    Follows,  ///< another integration's listing leads
};

/// Where one accepted product record goes.
struct ProductPlan {
    const sdk::Product* product = nullptr;
    const store::Incoming* incoming = nullptr;
    core::Uuid listingId;
    core::Uuid productId;  ///< empty until unified
    core::Uuid leadId;     ///< integration whose listing leads
    Standing standing = Standing::Fresh;
    /// Neither listing nor product is there, and its variants are taken to be new as well: its rows
    /// are made by inserts that fail where one is there.
    bool isNew = false;
    std::vector<VariantPlan> variants;
};

/// Variants that a listing had and the record does not name any more.
struct GoneVariants {
    std::vector<core::Uuid> rows;      ///< of variant_listing
    std::vector<core::Uuid> variants;  ///< of product_variant, to be retired if nobody lists them
};

}  // namespace souk::catalog
