#pragma once

#include "core/uuid.hpp"
#include "store/database.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::jobs {

/// Smaller goes first.
inline constexpr std::int16_t kLive = 10;
inline constexpr std::int16_t kWebhookFollowUp = 30;
inline constexpr std::int16_t kManual = 50;
inline constexpr std::int16_t kScheduled = 70;

struct NewJob {
    std::optional<core::Uuid> integrationId;
    std::string kind;                   ///< sync, refetch, subscribe, disconnect, ...
    std::optional<std::string> dedupe;  ///< at most one waiting job per integration, kind and this
    std::string payload = "{}";         ///< JSON
    std::int16_t priority = kManual;
    std::optional<sdk::Timestamp> runAt;  ///< none: now
    std::int32_t maxAttempts = 20;
};

struct Job {
    core::Uuid storeId;
    core::Uuid id;
    std::optional<core::Uuid> integrationId;
    std::string kind;
    std::optional<std::string> dedupe;
    std::string payload;
    std::int32_t attempts = 0;  ///< this one included
    std::int32_t maxAttempts = 0;
    std::int64_t fence = 0;
};

/// Puts jobs into the queue as part of the caller's transaction; workers are notified at its
/// commit. A job that waits already (same dedupe) is left as it is. `tx` is a store or worker
/// transaction. Answers how many were added.
int enqueue(store::Transaction& tx, const core::Uuid& storeId, const std::vector<NewJob>& jobs);

}  // namespace souk::jobs
