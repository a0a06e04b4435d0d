#pragma once

#include "intake/intake.hpp"
#include "jobs/workers.hpp"
#include "sync/page_check.hpp"
#include "sync/run_rows.hpp"
#include "sync/tools.hpp"
#include "sync/verification.hpp"

#include <souk/sdk/sync.hpp>

#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace souk::sync {

/// One leased attempt at carrying a run forward. On the job's thread; a page is written on another
/// while the next is fetched.
class RunAttempt {
public:
    RunAttempt(const RunnerTools& tools,
               const jobs::Job& job,
               const core::Uuid& runId,
               const std::stop_token& stop);

    sdk::Result<jobs::Outcome> run();

private:
    /// How the attempt ends; none: go on.
    using Halt = std::optional<jobs::Outcome>;

    sdk::Result<Halt> begin();
    sdk::Result<jobs::Outcome> work();
    /// Ends the run when somebody wants it to stop or its integration may not be synced now.
    Halt stopIfTold(store::Transaction& store);
    jobs::Outcome finish(store::Transaction& store, const RunEnd& end);
    sdk::Result<jobs::Outcome> failed(const sdk::Error& error);
    jobs::Outcome failedHard(store::Transaction& store, const sdk::Error& error);

    /// All pages there are, each fetched while the one before it is written.
    sdk::Result<Halt> pull(RunEntity& entity);
    bool looksAhead() const;
    struct Read {
        sdk::Timestamp asked;  ///< before the first try
        sdk::Page page;
    };
    sdk::Result<Read> fetch(const sdk::SyncSource& source,
                            const sdk::Cursor& from,
                            const std::stop_token& stop);
    /// Best effort: how many there will be, for progress.
    std::optional<std::int64_t> announcedTotal(const sdk::SyncSource& source);
    /// Entity and page must stay as they are until it has ended; `ahead` is stopped unless the page
    /// was written.
    std::future<sdk::Result<Halt>> startSaving(const RunEntity& entity,
                                               const Read& read,
                                               const std::stop_source& ahead);
    void advance(RunEntity& entity, const sdk::Page& page);
    sdk::Result<Halt> saveOnce(const RunEntity& entity, const Read& read);
    intake::Outcome apply(store::Transaction& store, const RunEntity& entity, const Read& read);

    sdk::Result<jobs::Outcome> verify();
    sdk::Result<EntityCheck> countThere(const RunEntity& entity);
    std::string countHere(store::Transaction& store, std::vector<EntityCheck>& checks);
    Halt nextRound(const Verdict& verdict, const Refetches& refetches);
    jobs::Outcome conclude(store::Transaction& store,
                           const Verdict& verdict,
                           const std::string& implausible);

    bool sliceIsOver() const { return tools_.clock.now() >= began_ + tools_.limits.slice; }
    /// Failures in a row before this attempt.
    std::int32_t formerAttempts() const { return progressed_ ? 0 : job_.attempts - 1; }

    const RunnerTools& tools_;
    const jobs::Job& job_;
    core::Uuid runId_;
    const std::stop_token& stop_;
    sdk::Timestamp began_;
    Run run_;
    store::IntegrationRow integration_;
    std::unique_ptr<loader::Session> session_;
    Footprint footprint_;  ///< of the page saved last
    bool progressed_ = false;
};

}  // namespace souk::sync
