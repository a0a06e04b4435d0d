#pragma once

#include "store/guard.hpp"

#include <souk/sdk/record.hpp>

#include <vector>

namespace souk::inventory {

/// Levels as a platform tells of them, parted.
struct OfferedLevels {
    std::vector<const sdk::StockLevel*> own;
    /// Of the others: what the hub set itself is no stock, and none is kept of it.
    std::vector<store::Effect> effects;
};

/// One statement; a look at one row where the hub offers nothing.
OfferedLevels partOffered(store::Transaction& tx,
                          const store::RecordScope& scope,
                          const std::vector<const sdk::StockLevel*>& levels);

}  // namespace souk::inventory
