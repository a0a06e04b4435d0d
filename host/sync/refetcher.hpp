#pragma once

#include "jobs/workers.hpp"
#include "sync/refetch_job.hpp"
#include "sync/tools.hpp"

namespace souk::sync {

/// Handler of the job kind "refetch": reads one record whole, however many pages its children
/// take, and believes it; what the platform no longer has is marked as gone. Thread-safe.
class Refetcher {
public:
    explicit Refetcher(RunnerTools tools) : tools_(tools) {}

    sdk::Result<jobs::Outcome> operator()(const jobs::Job& job, const std::stop_token& stop) const;
    /// `threads`: how many the host's workers have; half of them are for what people wait for.
    static jobs::KindRules rules(int threads);

private:
    RunnerTools tools_;
};

}  // namespace souk::sync
