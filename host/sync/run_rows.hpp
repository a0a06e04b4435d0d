#pragma once

#include "core/uuid.hpp"
#include "store/database.hpp"

#include <souk/sdk/record.hpp>

#include <optional>
#include <string>
#include <vector>

namespace souk::sync {

/// One entity of a run, as far as it got.
struct RunEntity {
    sdk::Entity entity{};
    bool done = false;
    std::string cursor;
    std::int64_t pages = 0;
    std::string landmark;     ///< a cursor met before; met again, the pages go in circles
    std::int32_t barren = 0;  ///< pages in a row that brought nothing new
    std::int64_t processed = 0;
    std::int64_t rejects = 0;
    std::optional<std::int64_t> total;
    bool checked = false;  ///< counted on both sides once
};

/// A run as its runner sees it.
struct Run {
    core::Uuid storeId;
    core::Uuid id;
    core::Uuid integrationId;
    std::string mode;
    std::string trigger;
    std::string status;
    bool cancelRequested = false;
    std::optional<sdk::Timestamp> startedAt;
    std::optional<sdk::Timestamp> lastPageAt;
    std::vector<RunEntity> entities;  ///< in order

    /// Full or verify: reads everything, remembers what it met, is verified.
    bool whole() const noexcept { return mode != "incremental"; }
    bool active() const noexcept {
        return status == "queued" || status == "running" || status == "waiting";
    }
};

/// With all entities; the run's row is locked until the transaction ends, so that a wish to cancel
/// and the end of the run cannot cross.
std::optional<Run> lockRun(store::Transaction& store, const core::Uuid& runId);

void markRunning(store::Transaction& store, const Run& run, sdk::Timestamp now);
void markWaiting(store::Transaction& store, const Run& run, const std::string& why);

/// What is remembered of the pages so far, to recognise those that never end.
struct Footprint {
    std::string landmark;
    std::int32_t barren = 0;
};

/// What one page did.
struct PageEffect {
    sdk::Entity entity{};
    std::string from;  ///< the cursor it was asked with
    std::string next;
    bool last = false;
    std::int64_t processed = 0;
    std::int64_t changed = 0;
    std::int64_t stale = 0;
    std::int64_t rejects = 0;
    std::optional<std::int64_t> total;
    Footprint footprint;
};
/// False: the entity does not stand at `from` any more, the page was saved before.
bool savePage(store::Transaction& store,
              const Run& run,
              const PageEffect& page,
              sdk::Timestamp now);
/// Answers how many had not been met before.
std::int64_t saveSeen(store::Transaction& store,
                      const Run& run,
                      sdk::Entity entity,
                      const std::vector<std::string>& externalIds);
void saveCounts(store::Transaction& store,
                const Run& run,
                sdk::Entity entity,
                const std::optional<std::int64_t>& remote,
                std::int64_t local);

/// How a run ended.
struct RunEnd {
    std::string status;  ///< complete, incomplete, failed, cancelled
    bool verified = false;
    std::optional<std::string> error{};
    /// A later full run may go on from here: what was met is kept.
    bool resumable = false;
};
/// With the integration's own columns and a row of the change feed. `next`: the next scheduled run
/// after a complete one.
void finishRun(store::Transaction& store,
               const Run& run,
               const RunEnd& end,
               sdk::Timestamp now,
               sdk::Timestamp next);
/// The change row that makes progress visible.
void announce(store::Transaction& store, const Run& run);

}  // namespace souk::sync
