#pragma once

#include "sync/service.hpp"

namespace souk::sync {

/// How long a full run that gave up can be continued by a later one.
inline constexpr std::chrono::hours kAdoptWithin(7 * 24);

/// A run as it is to begin.
struct RunPlan {
    core::Uuid storeId;
    core::Uuid integrationId;
    std::vector<sdk::Entity> entities;  ///< in order
    Mode mode = Mode::Full;
    Trigger trigger = Trigger::Manual;
    sdk::Timestamp now{};
};

/// Full until a full run went through to its end, incremental from then on; full again when the
/// newest run ended incomplete and the last full one is a day old, or the account was disconnected
/// since.
Mode usualMode(store::Transaction& store,
               const core::Uuid& storeId,
               const core::Uuid& integrationId,
               sdk::Timestamp now);

/// Writes the run and its entities with the cursors they start from, or answers the run that is
/// active. A full run takes over what a former one had reached when it gave up.
Started startRun(store::Transaction& store, const RunPlan& plan);

}  // namespace souk::sync
