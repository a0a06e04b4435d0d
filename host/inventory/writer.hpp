#pragma once

#include "store/guard.hpp"

#include <souk/sdk/record.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace souk::inventory {

/// A page of stock levels. A level may come before its product: it is tied to a variant when read,
/// through variant_listing. Keys are StockLevel::key.
std::vector<store::Effect> writeLevels(store::Transaction& tx,
                                       const store::RecordScope& scope,
                                       const std::vector<const sdk::StockLevel*>& levels);

/// Tombstones; "item@" stands for every level of the item. A deletion just confirmed keeps the
/// level's own stamp, not the hub's time: a level may come back within moments, and only the
/// platform's clock can tell that it is newer.
std::vector<store::Effect> removeLevels(store::Transaction& tx,
                                        const store::RecordScope& scope,
                                        const std::vector<store::Departure>& departures,
                                        store::Rule* rule);

/// Levels whose item's variant is gone from the platform, which deletes them with it and tells
/// nobody. Looked for among the items of these products and levels (keys), and nowhere else.
std::vector<store::Effect> removeOrphans(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<std::string>& productKeys,
                                         const std::vector<std::string>& levelKeys);

/// Tombstones for every level of these items; `why` outlives the effects.
std::vector<store::Effect> dropLevelsOf(store::Transaction& tx,
                                        const store::RecordScope& scope,
                                        const std::vector<std::string>& items,
                                        std::string_view why);

/// A run met these levels (keys): what was not written since `since` bears scope.now as the time it
/// was last seen.
void markSeen(store::Transaction& tx,
              const store::RecordScope& scope,
              const std::vector<std::string>& levelKeys,
              sdk::Timestamp since);

/// Items of these levels (keys) that no variant of the integration ever had: their product is yet
/// to come, or is gone and will never tell.
std::vector<std::string> strangers(store::Transaction& tx,
                                   const store::RecordScope& scope,
                                   const std::vector<std::string>& levelKeys);

}  // namespace souk::inventory
