#include "sync/runner.hpp"

#include "sync/run_attempt.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>

namespace souk::sync {
namespace {

sdk::Result<core::Uuid> runIdFrom(const std::string& payload) {
    const sdk::Json json = SOUK_TRY(sdk::Json::parse(payload));
    const std::string text = SOUK_TRY(json.text("run_id"));
    return core::Uuid::parse(text);
}

}  // namespace

sdk::Result<jobs::Outcome> SyncRunner::operator()(const jobs::Job& job,
                                                  const std::stop_token& stop) const {
    const core::Uuid runId = SOUK_TRY(runIdFrom(job.payload));
    return RunAttempt(tools_, job, runId, stop).run();
}

jobs::KindRules SyncRunner::rules(int threads) {
    jobs::KindRules rules;
    rules.perLane = 1;
    rules.recurs = true;
    rules.perHost = std::max(1, threads - std::max(1, threads / 4));
    return rules;
}

}  // namespace souk::sync
