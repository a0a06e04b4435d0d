#pragma once

#include "jobs/workers.hpp"
#include "sync/tools.hpp"

namespace souk::sync {

/// Handler of the job kind "sync": carries one run forward, page by page. Each page's records, its
/// cursor, the progress and the news of it commit together, and only while this host's lease
/// stands; so a run goes on where it stopped, whoever died. Thread-safe.
class SyncRunner {
public:
    explicit SyncRunner(RunnerTools tools) : tools_(tools) {}

    sdk::Result<jobs::Outcome> operator()(const jobs::Job& job, const std::stop_token& stop) const;
    /// `threads`: how many the host's workers have; some are kept free of long runs.
    static jobs::KindRules rules(int threads);

private:
    RunnerTools tools_;
};

}  // namespace souk::sync
