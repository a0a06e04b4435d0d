#include "jobs/executor.hpp"

#include "core/correlation.hpp"
#include "store/integrations.hpp"
#include "store/pauses.hpp"

#include <algorithm>
#include <array>

namespace souk::jobs {
namespace {

constexpr std::int32_t kMostRefusals = 3;
constexpr std::int32_t kMostCrashes = 3;
constexpr std::chrono::seconds kDefaultRetryAfter(30);

sdk::Result<Outcome> guardedRun(const Handler& handler,
                                const Job& job,
                                const std::stop_token& stop) {
    try {
        return handler(job, stop);
    } catch (const store::Failure& failure) {
        const auto kind = failure.transient() ? sdk::ErrorKind::Transient : sdk::ErrorKind::Bug;
        return sdk::Error{kind, std::string("database: ") + failure.what()};
    } catch (const std::exception& exception) {
        return sdk::Error{sdk::ErrorKind::Bug,
                          "the handler of '" + job.kind + "' threw: " + exception.what()};
    }
}

std::string reasonOf(const sdk::Error& error) {
    return std::string(name(error.kind)) + ": " + error.message;
}

/// The grant died while this job used it; one that came after the job began may be good.
void markReauth(store::Transaction& worker,
                const core::Uuid& integrationId,
                const sdk::Error& error,
                sdk::Timestamp began,
                sdk::Timestamp now) {
    const auto row = store::Integrations::find(worker, integrationId);
    if (!row || row->status != store::IntegrationStatus::Connected) return;
    if (row->connectedAt && *row->connectedAt >= began) return;
    store::Integrations::setStatus(
        worker, integrationId, store::IntegrationStatus::ReauthRequired, error.message, now);
}

}  // namespace

Executor::Executor(store::Database& database,
                   const sdk::Clock& clock,
                   core::Log& log,
                   core::Metrics& metrics)
    : database_(database), clock_(clock), log_(log), metrics_(metrics) {}

void Executor::run(const Job& job,
                   const Handler& handler,
                   const KindRules& rules,
                   const std::stop_token& stop) {
    const core::Correlation scope(job.correlation.value_or(job.id));
    // The first crash was in company, so nobody is counted for it.
    if (job.suspect && job.crashes + 1 >= kMostCrashes) return buryCrasher(job, rules);
    const sdk::Timestamp began = clock_.now();
    const auto steadyBegan = std::chrono::steady_clock::now();
    const auto result = guardedRun(handler, job, stop);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - steadyBegan;
    metrics_.histogram("souk_job_seconds", "How long job handlers ran.", {{"kind", job.kind}})
        .observe(took.count());
    end(job, result, [&](store::Transaction& worker) {
        return settle(worker, job, rules, result, began, stop.stop_requested());
    });
}

void Executor::buryCrasher(const Job& job, const KindRules& rules) {
    const std::string why = "The host ended " + std::to_string(kMostCrashes) +
                            " times while a plugin had this " + job.kind + " job in hand.";
    end(job, sdk::Error{sdk::ErrorKind::Bug, why}, [&](store::Transaction& worker) {
        if (rules.recurs && job.integrationId) pause(worker, *job.integrationId, why);
        return bury(worker, job, why) ? Ended::Dead : Ended::Lost;
    });
}

void Executor::leave(const Job& job, const std::string& why) {
    end(job, sdk::Error{sdk::ErrorKind::Bug, why}, [&](store::Transaction& worker) {
        if (job.integrationId) pause(worker, *job.integrationId, why);
        const auto crashes = job.crashes + 1;
        if (crashes >= kMostCrashes) return bury(worker, job, why) ? Ended::Dead : Ended::Lost;
        return again(worker, job, clock_.now(), job.attempts, why, crashes);
    });
}

void Executor::pause(store::Transaction& worker,
                     const core::Uuid& integrationId,
                     const std::string& why) {
    store::Pauses::begin(worker, integrationId, store::Pauses::afterMending(why), clock_.now());
}

void Executor::end(const Job& job, const sdk::Result<Outcome>& result, const Writing& write) {
    // The second when a twin came to wait in the same moment, or where the job is locked: what was
    // left behind may still be writing.
    constexpr int kTries = 2;
    for (int i = 0; i < kTries; ++i) {
        try {
            auto worker = database_.asWorker();
            const Ended ended = write(worker);
            worker.commit();
            note(job, ended, result);
            return;
        } catch (const store::Failure& failure) {
            log_.warning("jobs",
                         "a job's end could not be written; its lease will run out",
                         {{"kind", job.kind}, {"job", job.id.text()}, {"error", failure.what()}});
            if (!failure.uniqueViolation() && !failure.transient()) return;
        }
    }
}

Executor::Ended Executor::settle(store::Transaction& worker,
                                 const Job& job,
                                 const KindRules& rules,
                                 const sdk::Result<Outcome>& result,
                                 sdk::Timestamp began,
                                 bool stopped) {
    if (result && !result->again) return complete(worker, job) ? Ended::Done : Ended::Lost;
    if (result) {
        Job well = job;
        well.refusals = 0;
        return again(worker, well, *result->again, result->attempts, result->reason);
    }
    if (!stopped) return settleError(worker, job, rules, result.error(), began);
    return again(worker, job, clock_.now(), job.attempts - 1, "its host was stopped", job.crashes);
}

Executor::Ended Executor::settleError(store::Transaction& worker,
                                      const Job& job,
                                      const KindRules& rules,
                                      const sdk::Error& error,
                                      sdk::Timestamp began) {
    const sdk::Timestamp now = clock_.now();
    const std::string reason = reasonOf(error);
    if (error.kind == sdk::ErrorKind::RateLimited)
        return again(worker,
                     job,
                     now + error.retryAfter.value_or(kDefaultRetryAfter),
                     job.attempts - 1,
                     reason);
    if (error.kind == sdk::ErrorKind::Unauthorized && rules.needsConnection && job.integrationId) {
        markReauth(worker, *job.integrationId, error, began, now);
        return again(worker, job, now, job.attempts - 1, reason);
    }
    Job counted = job;
    if (error.kind != sdk::ErrorKind::Transient && error.kind != sdk::ErrorKind::Bug)
        ++counted.refusals;
    const auto delay = delayAfter(rules.backoff, job.attempts, spreadOf(job.id.text()));
    if (counted.refusals >= kMostRefusals || job.attempts >= job.maxAttempts || !delay)
        return bury(worker, job, reason) ? Ended::Dead : Ended::Lost;
    return again(worker, counted, now + *delay, job.attempts, reason);
}

Executor::Ended Executor::again(store::Transaction& worker,
                                const Job& job,
                                sdk::Timestamp at,
                                std::int32_t attempts,
                                std::string_view reason,
                                std::int32_t crashes) {
    const bool ours = putBack(worker, job, at, std::max(attempts, 0), reason, crashes);
    return ours ? Ended::Again : Ended::Lost;
}

void Executor::note(const Job& job, Ended ended, const sdk::Result<Outcome>& result) {
    constexpr std::array<const char*, 4> kNames{"done", "again", "dead", "lost"};
    const std::string outcome = kNames[static_cast<std::size_t>(ended)];
    metrics_
        .counter("souk_jobs_total",
                 "Jobs that ended an attempt, by how.",
                 {{"kind", job.kind}, {"result", outcome}})
        .add();
    const bool succeeded = ended == Ended::Done || (ended == Ended::Again && result);
    const std::string reason = !result ? reasonOf(result.error()) : result->reason;
    log_.write(ended == Ended::Dead ? sdk::LogLevel::Error
               : succeeded          ? sdk::LogLevel::Info
                                    : sdk::LogLevel::Warning,
               "jobs",
               succeeded ? "a job ended its turn" : "a job did not succeed",
               {{"kind", job.kind},
                {"job", job.id.text()},
                {"store", job.storeId.text()},
                {"result", outcome},
                {"attempt", std::to_string(job.attempts)},
                {"reason", reason}});
}

}  // namespace souk::jobs
