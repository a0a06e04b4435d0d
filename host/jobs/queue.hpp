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
    /// Of what asked for it; none for what the hub does by the clock.
    std::optional<core::Uuid> correlation{};
    std::int32_t crashes = 0;   ///< tries that cost a host or a thread, as far as it is certain
    std::int32_t refusals = 0;  ///< tries that ended with a definite answer
    /// Another host held it and let the lease run out: that host may have ended by it.
    bool suspect = false;
};

/// Puts jobs into the queue as part of the caller's transaction; workers are notified at its
/// commit. They carry the thread's correlation. A job that waits already (same dedupe) is left as
/// it is. `tx` is a store or worker transaction. Answers how many were added.
int enqueue(store::Transaction& tx, const core::Uuid& storeId, const std::vector<NewJob>& jobs);

/// What one kind of job may take up when leasing.
struct KindRoom {
    std::string kind;
    std::int32_t perLane = 4;      ///< leased at once in one lane, over all hosts
    std::int32_t here = 1;         ///< how many this host can take now
    bool needsConnection = false;  ///< waits while its integration is not connected
};

struct LeaseRequest {
    std::string owner;  ///< this host, for people
    std::vector<KindRoom> kinds;
    std::int32_t perLane = 4;  ///< leased at once in one lane, all kinds together
    std::int32_t batch = 1;
    sdk::Timestamp now{};
    sdk::Timestamp until{};  ///< after it anybody may take the job over
};

/// Takes due jobs: by priority; within a priority the lanes (integrations) take turns, so that a
/// flood in one delays no other. Expired leases are taken over; a job whose host died with it
/// maxAttempts times is buried. Leasing is serialised over all hosts, so the caps hold exactly.
std::vector<Job> lease(store::Transaction& worker, const LeaseRequest& request);

/// A suspect is in a plugin's hands from here on (`by` 1), or no longer (-1). False: the lease was
/// lost.
bool countCrash(store::Transaction& worker, const Job& job, std::int32_t by);

/// True while the caller's lease on the job stands; it then cannot be taken over before `tx` ends.
/// Work that takes longer than a lease calls it in every transaction it commits.
bool hold(store::Transaction& tx, const Job& job);
/// Moves the lease's end. Answers the ids among `jobs` that are no longer ours.
std::vector<core::Uuid> extend(store::Transaction& worker,
                               const std::vector<Job>& jobs,
                               sdk::Timestamp until);

/// The ends of a leased job. Each is refused (false, nothing changed) when the lease was lost.
bool complete(store::Transaction& tx, const Job& job);
/// Back to waiting. `attempts` is what counts so far: job.attempts after a failure, less when this
/// one should not count; `crashes` and job.refusals likewise. Merged into a job of the same dedupe
/// that waits already.
bool putBack(store::Transaction& tx,
             const Job& job,
             sdk::Timestamp runAt,
             std::int32_t attempts,
             std::string_view reason,
             std::int32_t crashes = 0);
/// Dead letter: kept with its reason for a person.
bool bury(store::Transaction& tx, const Job& job, std::string_view reason);

/// A dead job waits again, attempts from zero. False: there is no such dead job.
bool requeue(store::Transaction& tx, const core::Uuid& storeId, const core::Uuid& id);
/// Removes jobs of a kind in one lane that wait or are dead; a running one ends by itself.
/// Empty kind: every kind but `except`. Answers how many.
std::int64_t cancelLane(store::Transaction& tx,
                        const core::Uuid& storeId,
                        const core::Uuid& integrationId,
                        std::string_view kind,
                        const std::vector<std::string_view>& except = {});

/// Removes jobs of one integration that wait or are dead, by kind and dedupe: what they are about
/// is gone. Answers how many.
std::int64_t forget(store::Transaction& tx,
                    const core::Uuid& storeId,
                    const core::Uuid& integrationId,
                    const std::vector<std::string_view>& kinds,
                    const std::vector<std::string>& dedupes);

}  // namespace souk::jobs
