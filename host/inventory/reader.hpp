#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace souk::inventory {

/// Stock of a variant at one place of one account.
struct VariantStock {
    core::Uuid variantId;
    core::Uuid integrationId;
    std::string inventoryItemId;
    std::string locationExternalId;
    std::optional<std::int64_t> available;  ///< none: not tracked
    sdk::Timestamp sourceVersion{};         ///< the platform's stamp
};

/// Live levels of these variants, found through their live listings' item ids, ordered by variant,
/// integration and location. What an offer of the hub's shows elsewhere is none of it.
std::vector<VariantStock> stockOf(store::Transaction& tx,
                                  const core::Uuid& storeId,
                                  const std::vector<core::Uuid>& variantIds);

/// A variant that an account lists, and of whose stock there nothing is known yet.
struct StockToCome {
    core::Uuid variantId;
    core::Uuid integrationId;
};
/// Which of these variants are listed with stock of their own and have no live level: the platform
/// tells of both one after the other, in either order.
std::vector<StockToCome> stockToCome(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const std::vector<core::Uuid>& variantIds);

}  // namespace souk::inventory
