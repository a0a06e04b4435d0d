#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "jobs/backoff.hpp"
#include "jobs/queue.hpp"

#include <souk/sdk/context.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

namespace souk::jobs {

/// How a handler that did not fail ended.
struct Outcome {
    std::optional<sdk::Timestamp> again;  ///< none: done, the job is deleted
    std::string reason;
    std::int32_t attempts = 0;  ///< failures in a row so far; 0 after progress

    static Outcome done() { return {}; }
    static Outcome later(sdk::Timestamp at, std::string reason, std::int32_t attempts) {
        return {at, std::move(reason), attempts};
    }
};

/// Runs one leased job. May be called from several threads at once. An Error is judged by its
/// kind: Transient and Bug are tried again by the backoff until the job's attempts are used up;
/// RateLimited after retryAfter without counting; Unauthorized marks the integration
/// reauth_required and waits until it is connected again; all others are answers, and the third
/// of them is the last. A handler that a plugin does not return to loses its thread; its
/// integration is paused. One that a host ended in, or that never came back, is buried at the
/// third time.
using Handler = std::function<sdk::Result<Outcome>(const Job&, std::stop_token)>;

struct KindRules {
    std::int32_t perLane = 4;      ///< at once in one lane, over all hosts
    std::int32_t perHost = 0;      ///< at once on this host; 0: as many as there are threads
    bool needsConnection = false;  ///< waits while its integration is not connected
    /// Comes again by itself: burying one that ends hosts is not enough, its integration is paused.
    bool recurs = false;
    Backoff backoff = Backoff::Quick;
};

struct WorkerLimits {
    int threads = 8;
    std::int32_t perLane = 4;
    std::chrono::milliseconds lease{60000};
    std::chrono::milliseconds heartbeat{20000};
    std::chrono::milliseconds poll{2000};
};

/// This host's hands on the queue: one thread leases (woken by NOTIFY souk_job, by a finished job
/// and by the poll) and keeps the leases alive, `threads` threads run handlers. A handler whose
/// lease was lost gets its stop requested. Any number of hosts may work on one database.
class Workers {
public:
    /// `owner` names this host in lease_owner. `database` and the others must outlive this.
    Workers(store::Database& database,
            std::string databaseUrl,
            std::string owner,
            const sdk::Clock& clock,
            core::Log& log,
            core::Metrics& metrics,
            const WorkerLimits& limits);
    ~Workers();  ///< stops
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Before start().
    void handle(std::string kind, Handler handler, const KindRules& rules = {});
    void start();
    /// No new leases; running handlers get their stop requested and are waited for; what they had
    /// not ended goes back to the queue at once.
    void stop();
    /// Leased jobs whose end is not written yet.
    std::vector<Job> inHand() const;
    /// Puts them back to the queue though their handlers still run, which can then write nothing
    /// more: for a process about to end. The attempt counts.
    void surrender();

private:
    class Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace souk::jobs
