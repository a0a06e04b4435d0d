#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/waiter.hpp"
#include "loader/session.hpp"
#include "store/database.hpp"
#include "sync/quick_tries.hpp"

#include <souk/sdk/context.hpp>

#include <chrono>

namespace souk::sync {

struct RunnerLimits {
    QuickTries quick;
    std::chrono::milliseconds interval{std::chrono::hours(1)};  ///< to the next scheduled run
    /// A run gives its thread back after this long and goes on when the others had their turn.
    std::chrono::milliseconds slice{20000};
    int verifyRounds = 6;  ///< recounts, 2 s apart and doubling, before a difference is believed
    std::chrono::hours longestDrain{2};  ///< for refetches of a run after its last page
};

/// What SyncRunner and Refetcher work with; all must outlive them.
struct RunnerTools {
    store::Database& database;
    loader::Sessions& sessions;
    const sdk::Clock& clock;
    core::Log& log;
    core::Waiter& waiter;
    RunnerLimits limits;
    core::Metrics& metrics;
};

}  // namespace souk::sync
