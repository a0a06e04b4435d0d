#pragma once

#include "store/guard.hpp"

#include <souk/sdk/record.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace souk::intake {

/// Deletes what sync_log says of these records of one integration. Answers how many entries.
std::int64_t eraseLog(store::Transaction& tx,
                      const store::RecordScope& scope,
                      sdk::Entity entity,
                      const std::vector<std::string>& externalIds);

/// Takes the reasons out of what sync_log says of these records, for they may repeat a value that
/// could not be read; that something was done stays. Answers how many entries had one.
std::int64_t eraseReasons(store::Transaction& tx,
                          const store::RecordScope& scope,
                          sdk::Entity entity,
                          const std::vector<std::string>& externalIds);

/// Deletes some of all that sync_log says of an integration; 0: nothing is left.
std::int64_t eraseLog(store::Transaction& tx, const store::RecordScope& scope, int limit);

}  // namespace souk::intake
