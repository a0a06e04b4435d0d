#include "jobs/queue.hpp"
#include "loader/guarded.hpp"
#include "sync/run_attempt.hpp"

#include <algorithm>

namespace souk::sync {
namespace {

using jobs::Outcome;
using sdk::Error;
using sdk::ErrorKind;

constexpr std::chrono::seconds kFirstRecount(2);

}  // namespace

/// Every page is here: counts on both sides, asks about what was not met, and waits for what is on
/// its way. Each round is an attempt of its own; the job's attempts count the rounds.
sdk::Result<Outcome> RunAttempt::verify() {
    std::vector<EntityCheck> checks;
    checks.reserve(run_.entities.size());
    for (const RunEntity& entity : run_.entities) checks.push_back(SOUK_TRY(countThere(entity)));

    auto store = tools_.database.forStore(run_.storeId);
    if (!jobs::hold(store, job_)) return Error{ErrorKind::Transient, "the lease was lost"};
    auto fresh = lockRun(store, runId_);
    if (!fresh || !fresh->active()) return Outcome::done();
    run_ = std::move(*fresh);
    if (const auto halt = stopIfTold(store)) {
        store.commit();
        return *halt;
    }
    const std::string implausible = countHere(store, checks);
    const Refetches refetches = refetchesOf(store, run_);
    const Verdict verdict = judge(checks, refetches);
    const auto outcome =
        implausible.empty() && run_.whole() ? nextRound(verdict, refetches) : std::nullopt;
    const Outcome answer = outcome ? *outcome : conclude(store, verdict, implausible);
    if (outcome) announce(store, run_);
    store.commit();
    return answer;
}

sdk::Result<EntityCheck> RunAttempt::countThere(const RunEntity& entity) {
    EntityCheck check;
    check.entity = entity.entity;
    check.rejects = entity.rejects;
    const sdk::SyncSource* source = session_->plugin().plugin->sync(entity.entity);
    if (source == nullptr) return check;
    const auto brings =
        loader::guarded(session_->plugin(), "sync.entities", [&] { return source->entities(); });
    check.bringsStock = brings && std::ranges::count(*brings, sdk::Entity::Stock) > 0;
    const auto count = tryQuickly(tools_.limits.quick, tools_.waiter, stop_, [&] {
        auto context = session_->context(stop_);
        return loader::guarded(
            session_->plugin(), "sync.remoteCount", [&] { return source->remoteCount(context); });
    });
    if (!count && count.error().kind != ErrorKind::Unsupported && run_.whole())
        return count.error();
    if (!count) return check;
    check.remote = count->count;
    check.exact = count->exact;
    return check;
}

/// Fills in the local side; on the first round of a full run also asks about what was not met.
/// Answers why that was not done, if so.
std::string RunAttempt::countHere(store::Transaction& store, std::vector<EntityCheck>& checks) {
    std::string implausible;
    const auto askAbout = [&](sdk::Entity entity) {
        if (const auto why = confirmAbsent(store, run_, entity))
            implausible += (implausible.empty() ? "" : " ") + *why;
    };
    for (EntityCheck& check : checks) {
        const auto known =
            std::find_if(run_.entities.begin(), run_.entities.end(), [&](const RunEntity& one) {
                return one.entity == check.entity;
            });
        check.rejects = known->rejects;
        check.local = localCount(store, run_, check.entity);
        if (run_.whole() && !known->checked) {
            askAbout(check.entity);
            if (check.bringsStock) askAbout(sdk::Entity::Stock);
        }
        saveCounts(store, run_, check.entity, check.remote, check.local);
    }
    return implausible;
}

/// When to look again; none: this is how it stays.
std::optional<Outcome> RunAttempt::nextRound(const Verdict& verdict, const Refetches& refetches) {
    if (verdict.settled) return std::nullopt;
    const sdk::Timestamp now = tools_.clock.now();
    const std::int32_t round = formerAttempts();
    if (refetches.pending > 0) {  // slow work is no disagreement, but it must end some day
        const auto lastPage = run_.lastPageAt.value_or(began_);
        if (now - lastPage >= tools_.limits.longestDrain) return std::nullopt;
        return Outcome::later(now + kFirstRecount * 2, verdict.missing, round);
    }
    if (round >= tools_.limits.verifyRounds) return std::nullopt;
    return Outcome::later(now + kFirstRecount * (1 << round), verdict.missing, round + 1);
}

/// Complete only when nothing is missing; verified only when the platform's counts say so too.
Outcome RunAttempt::conclude(store::Transaction& store,
                             const Verdict& verdict,
                             const std::string& implausible) {
    RunEnd end;
    end.verified = verdict.verified && implausible.empty();
    std::string missing = verdict.missing;
    if (!implausible.empty()) missing += (missing.empty() ? "" : " ") + implausible;
    end.status = missing.empty() ? "complete" : "incomplete";
    if (!missing.empty()) end.error = missing;
    return finish(store, end);
}

}  // namespace souk::sync
