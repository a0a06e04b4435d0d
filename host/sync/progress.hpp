#pragma once

#include "core/uuid.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::sync {

/// One entity (customer, product, order) of a run.
struct EntityProgress {
    std::string entity;
    std::string status;  ///< waiting, running, done
    std::int64_t pages = 0;
    std::int64_t processed = 0;  ///< leading records met, unreadable ones included
    std::optional<std::int64_t> total;
    std::int64_t changed = 0;
    std::int64_t stale = 0;
    std::int64_t rejects = 0;
    std::optional<std::int64_t> remoteCount;  ///< leading records there and here, after verifying
    std::optional<std::int64_t> localCount;
    std::optional<double> ratePerSecond;  ///< none before there is something to tell
    std::optional<sdk::Timestamp> startedAt;
    std::optional<sdk::Timestamp> updatedAt;
};

/// Where a run stands.
struct RunProgress {
    core::Uuid runId;
    core::Uuid storeId;
    core::Uuid integrationId;
    std::string status;   ///< queued, running, waiting, complete, incomplete, failed, cancelled
    std::string mode;     ///< full, incremental, verify
    std::string trigger;  ///< connect, manual, schedule
    std::string stage;    ///< the running entity, "verifying", or empty when not running
    std::vector<EntityProgress> entities;
    std::int64_t processed = 0;
    std::optional<std::int64_t> total;  ///< once every entity's is known
    std::int64_t changed = 0;
    std::int64_t rejects = 0;
    std::optional<double> ratePerSecond;
    std::optional<std::int64_t> secondsLeft;
    bool verified = false;
    bool cancelRequested = false;
    std::optional<std::string> error;
    sdk::Timestamp createdAt{};
    std::optional<sdk::Timestamp> startedAt;
    std::optional<sdk::Timestamp> finishedAt;

    /// It will not move any more.
    bool ended() const noexcept {
        return status == "complete" || status == "incomplete" || status == "failed" ||
               status == "cancelled";
    }
};

/// None: this store has no such run.
std::optional<RunProgress> readProgress(store::Transaction& store,
                                        const core::Uuid& runId,
                                        sdk::Timestamp now);
/// Newest first, before run `before` (empty: from the newest), of one integration or of all.
std::vector<RunProgress> listProgress(store::Transaction& store,
                                      const std::optional<core::Uuid>& integrationId,
                                      const core::Uuid& before,
                                      int limit,
                                      sdk::Timestamp now);

/// The same object in REST, SSE and `--json`: {id, store_id, integration_id, status, mode, trigger,
/// stage, processed, total, changed, rejects, rate_per_second, seconds_left, verified,
/// cancel_requested, error, created_at, started_at, finished_at, entities: [{entity, status, pages,
/// processed, total, changed, stale, rejects, remote_count, local_count, rate_per_second,
/// started_at, updated_at}]}. Unknown numbers and times are null; times RFC 3339 UTC.
std::string toJson(const RunProgress& progress);

}  // namespace souk::sync
