#pragma once

#include "publish/turn.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace souk::publish {

/// Job "reconcile" of one integration: reads everything the platform shows, page by page, and
/// compares it with what was pushed. What is missing or different is told in publish_position.drift
/// and, when the settings say heal, pushed again by the next turn of "publish"; what is shown but
/// not of ours is only told.
class ReconcileJob {
public:
    explicit ReconcileJob(PublishTools tools) : tools_(tools) {}
    sdk::Result<jobs::Outcome> run(const jobs::Job& job, const std::stop_token& stop);

private:
    struct Drift;
    /// False when the lease on the job was lost.
    bool compare(Turn& turn, const sdk::ShownPage& page, sdk::Timestamp start, Drift& drift);
    void end(Turn& turn, sdk::Timestamp start, Drift& drift);
    PublishTools tools_;
};

}  // namespace souk::publish
