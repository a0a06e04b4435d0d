#include "sync/run_attempt.hpp"

#include "core/correlation.hpp"
#include "intake/intake.hpp"
#include "intake/row_count.hpp"
#include "inventory/sale_job.hpp"
#include "inventory/writer.hpp"
#include "jobs/queue.hpp"
#include "loader/guarded.hpp"

#include <algorithm>

namespace souk::sync {
namespace {

using jobs::Outcome;
using sdk::Error;
using sdk::ErrorKind;

constexpr std::chrono::seconds kDefaultRetryAfter(30);

Error leaseLost() {
    return Error{ErrorKind::Transient, "the lease was lost; another host goes on with this run"};
}

loader::Priority priorityOf(const Run& run) {
    return run.trigger == "schedule" ? loader::Priority::Scheduled : loader::Priority::Manual;
}

}  // namespace

RunAttempt::RunAttempt(const RunnerTools& tools,
                       const jobs::Job& job,
                       const core::Uuid& runId,
                       const std::stop_token& stop)
    : tools_(tools), job_(job), runId_(runId), stop_(stop), began_(tools.clock.now()) {}

sdk::Result<Outcome> RunAttempt::run() {
    const auto halt = SOUK_TRY(begin());
    if (halt) return *halt;
    auto outcome = work();
    if (!outcome) return failed(outcome.error());
    return outcome;
}

sdk::Result<RunAttempt::Halt> RunAttempt::begin() {
    auto store = tools_.database.forStore(job_.storeId);
    if (!jobs::hold(store, job_)) return leaseLost();
    auto run = lockRun(store, runId_);
    if (!run || !run->active()) return Halt(Outcome::done());
    run_ = std::move(*run);
    if (auto halt = stopIfTold(store)) {
        store.commit();
        return halt;
    }
    markRunning(store, run_, began_);
    run_.startedAt = run_.startedAt.value_or(began_);
    store.commit();
    return Halt();
}

sdk::Result<Outcome> RunAttempt::work() {
    session_ = SOUK_TRY(tools_.sessions.open(integration_, priorityOf(run_)));
    for (RunEntity& entity : run_.entities) {
        if (entity.done) continue;
        const auto halt = SOUK_TRY(pull(entity));
        if (halt) return *halt;
    }
    return verify();
}

RunAttempt::Halt RunAttempt::stopIfTold(store::Transaction& store) {
    const auto integration = store::Integrations::find(store, run_.integrationId);
    if (run_.cancelRequested) return finish(store, {.status = "cancelled"});
    if (!integration) return finish(store, {.status = "failed"});
    integration_ = *integration;
    if (integration_.status == store::IntegrationStatus::Connected) return std::nullopt;
    RunEnd end;
    end.status = "failed";
    end.error = "stopped: the integration is " + std::string(store::name(integration_.status)) +
                (integration_.statusReason ? " (" + *integration_.statusReason + ")" : "") +
                "; once it is connected again a new sync goes on where this one stopped";
    end.resumable = true;
    return finish(store, end);
}

Outcome RunAttempt::finish(store::Transaction& store, const RunEnd& end) {
    const sdk::Timestamp now = tools_.clock.now();
    finishRun(store, run_, end, now, now + tools_.limits.interval);
    const bool read = end.status == "complete" || end.status == "incomplete";
    if (run_.whole() && read) inventory::resumeSales(store, run_.storeId, run_.integrationId, now);
    tools_.log.write(end.status == "failed" ? sdk::LogLevel::Warning : sdk::LogLevel::Info,
                     "sync",
                     "a run ended",
                     {{"run", run_.id.text()},
                      {"store", run_.storeId.text()},
                      {"integration", run_.integrationId.text()},
                      {"mode", run_.mode},
                      {"status", end.status},
                      {"error", end.error.value_or("")}});
    return Outcome::done();
}

sdk::Result<Outcome> RunAttempt::failed(const Error& error) {
    if (stop_.stop_requested()) return error;  // the worker hands the job on at once
    auto store = tools_.database.forStore(job_.storeId);
    if (!jobs::hold(store, job_)) return error;
    const sdk::Timestamp now = tools_.clock.now();
    const bool later = error.kind == ErrorKind::RateLimited || error.kind == ErrorKind::Transient ||
                       error.kind == ErrorKind::Bug;
    std::int32_t failures = formerAttempts();
    std::optional<std::chrono::milliseconds> delay;
    if (error.kind == ErrorKind::RateLimited) {
        delay = error.retryAfter.value_or(kDefaultRetryAfter);
    } else if (later) {
        ++failures;
        delay = jobs::delayAfter(jobs::Backoff::Long, failures, jobs::spreadOf(job_.id.text()));
    }
    Outcome outcome = Outcome::done();
    if (delay) {
        markWaiting(store, run_, error.message);
        outcome = Outcome::later(now + *delay, error.message, failures);
    } else {
        outcome = failedHard(store, error);
    }
    store.commit();
    return outcome;
}

/// Trying again would not help, or has been tried for a day.
Outcome RunAttempt::failedHard(store::Transaction& store, const Error& error) {
    if (error.kind == ErrorKind::Unauthorized) {
        const auto fresh = store::Integrations::find(store, run_.integrationId);
        if (fresh && fresh->connectedAt && *fresh->connectedAt >= began_) {
            markWaiting(store, run_, error.message);  // connected anew while this attempt ran
            return Outcome::later(tools_.clock.now(), error.message, formerAttempts());
        }
        store::Integrations::setStatus(store,
                                       run_.integrationId,
                                       store::IntegrationStatus::ReauthRequired,
                                       error.message,
                                       tools_.clock.now());
    }
    RunEnd end;
    end.status = "failed";
    end.error = error.message;
    // A cursor the platform refuses is refused next time as well: then a full run starts over.
    end.resumable = error.kind == ErrorKind::Unauthorized || error.kind == ErrorKind::Transient ||
                    error.kind == ErrorKind::Bug;
    return finish(store, end);
}

sdk::Result<RunAttempt::Halt> RunAttempt::pull(RunEntity& entity) {
    const sdk::SyncSource* source = session_->plugin().plugin->sync(entity.entity);
    if (source == nullptr)
        return Error{ErrorKind::Unsupported,
                     "the plugin '" + integration_.platform + "' does not sync '" +
                         std::string(sdk::name(entity.entity)) + "' any more"};
    std::optional<std::int64_t> total;
    if (run_.whole() && !entity.total) total = announcedTotal(*source);
    auto read = SOUK_TRY(fetch(*source, {entity.cursor}, stop_));
    for (;;) {
        if (const auto fault = faultOf(read.page, entity))
            return Error{ErrorKind::Bug, "the plugin '" + integration_.platform + "' " + *fault};
        if (!read.page.total) read.page.total = total;
        std::stop_source ahead;
        const std::stop_callback withUs(stop_, [&ahead] { ahead.request_stop(); });
        auto saving = startSaving(entity, read, ahead);
        std::optional<sdk::Result<Read>> next;
        if (!read.page.last && looksAhead())
            next = fetch(*source, read.page.next, ahead.get_token());
        const auto halt = SOUK_TRY(saving.get());
        if (halt) return halt;
        advance(entity, read.page);
        if (stop_.stop_requested()) return Error{ErrorKind::Transient, "the host is stopping"};
        if (!next && sliceIsOver())
            return Halt(Outcome::later(tools_.clock.now(), "its turn is over", 0));
        if (entity.done) return Halt();
        if (!next) next = fetch(*source, read.page.next, stop_);
        read = SOUK_TRY(std::move(*next));
    }
}

/// Not where an earlier try may have ended its host: what it ends on must not take the page before
/// with it, try after try.
bool RunAttempt::looksAhead() const {
    const bool trusted = !job_.suspect && job_.crashes == 0;
    return trusted && !stop_.stop_requested() && !sliceIsOver();
}

sdk::Result<RunAttempt::Read> RunAttempt::fetch(const sdk::SyncSource& source,
                                                const sdk::Cursor& from,
                                                const std::stop_token& stop) {
    const sdk::Timestamp asked = tools_.clock.now();
    auto page = SOUK_TRY(tryQuickly(tools_.limits.quick, tools_.waiter, stop, [&] {
        auto context = session_->context(stop);
        return loader::guarded(
            session_->plugin(), "sync.fetch", [&] { return source.fetch(context, from); });
    }));
    return Read{asked, std::move(page)};
}

std::optional<std::int64_t> RunAttempt::announcedTotal(const sdk::SyncSource& source) {
    auto context = session_->context(stop_);
    const auto count = loader::guarded(
        session_->plugin(), "sync.remoteCount", [&] { return source.remoteCount(context); });
    return count ? std::optional(count->count) : std::nullopt;
}

/// On a thread of its own: the platform is asked for the next page meanwhile, and a plugin is
/// called on the job's own thread, whose deadlines are watched. Unless the page is written, nobody
/// needs the next.
std::future<sdk::Result<RunAttempt::Halt>> RunAttempt::startSaving(const RunEntity& entity,
                                                                   const Read& read,
                                                                   const std::stop_source& ahead) {
    const auto correlation = core::Correlation::current().value_or(job_.id);
    return std::async(std::launch::async, [this, &entity, &read, correlation, ahead]() mutable {
        const core::Correlation scope(correlation);
        try {
            auto halt = tryQuickly(
                tools_.limits.quick, tools_.waiter, stop_, [&] { return saveOnce(entity, read); });
            if (!halt || halt->has_value()) ahead.request_stop();
            return halt;
        } catch (...) {
            ahead.request_stop();
            throw;
        }
    });
}

void RunAttempt::advance(RunEntity& entity, const sdk::Page& page) {
    entity.cursor = page.next.value;
    entity.done = page.last;
    ++entity.pages;
    entity.landmark = footprint_.landmark;
    entity.barren = footprint_.barren;
    progressed_ = true;
}

sdk::Result<RunAttempt::Halt> RunAttempt::saveOnce(const RunEntity& entity, const Read& read) {
    try {
        auto store = tools_.database.forStore(run_.storeId);
        if (!jobs::hold(store, job_)) return leaseLost();
        auto fresh = lockRun(store, runId_);
        if (!fresh || !fresh->active()) return Halt(Outcome::done());
        run_.cancelRequested = fresh->cancelRequested;
        if (auto halt = stopIfTold(store)) {
            store.commit();
            return halt;
        }
        const auto outcome = apply(store, entity, read);
        store.commit();
        intake::countRows(
            tools_.metrics, integration_.platform, intake::Source::Cause::Sync, outcome);
        return Halt();
    } catch (const store::Failure& failure) {
        if (!failure.transient()) throw;
        return Error{ErrorKind::Transient, std::string("database: ") + failure.what()};
    }
}

intake::Outcome RunAttempt::apply(store::Transaction& store,
                                  const RunEntity& entity,
                                  const Read& read) {
    const sdk::Page& page = read.page;
    const sdk::Timestamp now = tools_.clock.now();
    intake::Source source;
    source.storeId = run_.storeId;
    source.integrationId = run_.integrationId;
    source.integrationName = integration_.name;
    source.cause = intake::Source::Cause::Sync;
    source.causeId = run_.id;
    source.now = read.asked;  // what came meanwhile is newer than a record without a stamp

    const auto [ids, nameless] = leadingOf(page, entity.entity);
    const bool seenBefore =
        run_.whole() && !ids.empty() && saveSeen(store, run_, entity.entity, ids) == 0;
    const bool empty = page.records.empty() && page.rejects.empty();
    PageEffect effect;
    effect.footprint = footprintOf(page, entity, !empty && !seenBefore);
    effect.entity = entity.entity;
    effect.from = entity.cursor;
    effect.next = page.next.value;
    effect.last = page.last;
    effect.processed = static_cast<std::int64_t>(ids.size()) + nameless;
    if (page.total && *page.total >= 0) effect.total = page.total;
    const intake::Outcome done = intake::apply(store, source, page.records, page.rejects);
    effect.changed = done.changed();
    effect.stale = done.stale;
    effect.rejects = done.rejected;
    if (run_.whole())
        inventory::markSeen(store,
                            {run_.storeId, run_.integrationId, integration_.name, now, false},
                            levelsOf(page),
                            run_.startedAt.value_or(began_));
    // Refused when a commit whose answer was lost had gone through: the rest is repeatable.
    if (!savePage(store, run_, effect, now)) return {};
    store::Integrations::saveCursor(
        store, run_.integrationId, sdk::name(entity.entity), page.next.value);
    footprint_ = effect.footprint;
    announce(store, run_);
    return done;
}

}  // namespace souk::sync
