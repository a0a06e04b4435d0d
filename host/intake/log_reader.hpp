#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace souk::intake {

/// One row of sync_log: what was done to one record, by what, and why.
struct LogEntry {
    core::Uuid id;
    sdk::Timestamp at{};
    core::Uuid integrationId;
    std::string entity;  ///< product, customer, order, location, stock, integration
    std::string externalId;
    std::optional<core::Uuid> entityId;
    std::string action;  ///< created, updated, deleted, stale, refetch, rejected, noticed
    std::string cause;   ///< webhook, sync, refetch, connect
    std::optional<core::Uuid> causeId;
    std::optional<std::string> detail;
    std::optional<core::Uuid> correlationId;
};

/// What readLog() looks for; everything given must hold.
struct LogFilter {
    std::optional<std::string> entity;
    std::optional<std::string> externalId;
    std::optional<core::Uuid> entityId;
    std::optional<core::Uuid> integrationId;
    std::optional<std::string> action;
    std::optional<std::string> cause;
    std::optional<core::Uuid> causeId;
    std::optional<sdk::Timestamp> since;  ///< included
    std::optional<sdk::Timestamp> until;  ///< excluded
    std::optional<core::Uuid> correlationId{};
};

/// Newest first, older than `before` (an entry's id; none: from the newest), at most `limit`.
std::vector<LogEntry> readLog(store::Transaction& tx,
                              const core::Uuid& storeId,
                              const LogFilter& filter,
                              const std::optional<core::Uuid>& before,
                              std::int32_t limit);

}  // namespace souk::intake
