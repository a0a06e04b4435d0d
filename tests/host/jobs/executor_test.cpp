#include "jobs/executor.hpp"

#include "host/jobs/manual_clock.hpp"
#include "store/integrations.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <stdexcept>
#include <string_view>

namespace souk::jobs {
namespace {

using sdk::Error;
using sdk::ErrorKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Standing {
    std::string state = "gone";
    std::string reason;
    std::int64_t attempts = 0;
    milliseconds wait{};
};

}  // namespace

class ExecutorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExecutorTest);
    CPPUNIT_TEST(whatIsDoneIsDeleted);
    CPPUNIT_TEST(aHandlerMayAskToComeAgain);
    CPPUNIT_TEST(aTransientFailureComesAgainByTheBackoff);
    CPPUNIT_TEST(aTransientFailureIsBuriedWhenItsAttemptsAreUsedUp);
    CPPUNIT_TEST(theLongScheduleEndsInTheDeadLetters);
    CPPUNIT_TEST(aRateLimitWaitsAsLongAsToldAndDoesNotCount);
    CPPUNIT_TEST(aDeadGrantMarksTheIntegrationAndWaitsForAnother);
    CPPUNIT_TEST(aDeadGrantThatWasReplacedMeanwhileMarksNothing);
    CPPUNIT_TEST(anUnauthorizedFarewellIsTriedThreeTimes);
    CPPUNIT_TEST(aDefiniteAnswerGetsThreeAttempts);
    CPPUNIT_TEST(attemptsThatWereLostAreNoDefiniteAnswers);
    CPPUNIT_TEST(progressForgetsDefiniteAnswers);
    CPPUNIT_TEST(whatAHandlerThrowsIsABug);
    CPPUNIT_TEST(databaseTroubleInAHandlerIsTransient);
    CPPUNIT_TEST(aStoppedHostGivesItsWorkBackUncounted);
    CPPUNIT_TEST(aLateHostChangesNothing);
    CPPUNIT_TEST(aSuspectIsBuriedBeforeItsThirdCrashWouldBeTheFourth);
    CPPUNIT_TEST(oneThatRecursPausesItsIntegrationWhenItIsBuried);
    CPPUNIT_TEST(whatIsLeftBehindPausesItsIntegrationAndIsBuriedAtTheThirdTime);
    CPPUNIT_TEST(whatIsLeftBehindIsWrittenOnceNobodyLocksTheJob);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        store_ = test::insertStore(*database_);
        integration_ = test::insertIntegration(*database_, store_);
    }
    void tearDown() override { database_.reset(); }

private:
    Job leased(std::int32_t maxAttempts = 20) {
        NewJob fresh;
        fresh.integrationId = integration_;
        fresh.kind = "refetch";
        fresh.dedupe = "1";
        fresh.maxAttempts = maxAttempts;
        auto tx = database_->forStore(store_);
        enqueue(tx, store_, {fresh});
        tx.commit();
        return next();
    }

    Job next() {
        LeaseRequest request;
        request.owner = "host-1";
        request.kinds = {{"refetch", 4, 4, false}};
        request.now = clock_.now();
        request.until = request.now + seconds(60);
        auto tx = database_->asWorker();
        auto jobs = lease(tx, request);
        tx.commit();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, jobs.size());
        return jobs[0];
    }

    Standing run(const Job& job, const Handler& handler, const KindRules& rules = {}) {
        Executor(*database_, clock_, log_, metrics_).run(job, handler, rules, stop_.get_token());
        return standing(job);
    }
    Standing fail(const Job& job, const Error& error, const KindRules& rules = {}) {
        return run(
            job,
            [&](const Job&, const std::stop_token&) -> sdk::Result<Outcome> { return error; },
            rules);
    }

    Standing standing(const Job& job) {
        auto tx = database_->asWorker();
        const auto rows = tx.query("SELECT * FROM job WHERE id = $1", job.id);
        Standing standing;
        if (rows.empty()) return standing;
        standing.state = rows[0].text("state");
        standing.reason = rows[0].textOr("reason", "");
        standing.attempts = rows[0].integer("attempts");
        standing.wait =
            std::chrono::duration_cast<milliseconds>(rows[0].time("run_at") - clock_.now());
        return standing;
    }

    store::IntegrationStatus statusOf() {
        auto tx = database_->asWorker();
        return store::Integrations::find(tx, integration_)->status;
    }

    std::string pauseReason() {
        auto tx = database_->asWorker();
        return store::Integrations::find(tx, integration_)->statusReason.value_or("");
    }
    static sdk::Result<Outcome> mustNotRun(const Job&, const std::stop_token&) {
        CPPUNIT_FAIL("it was tried once more");
        return Outcome::done();
    }

    void aSuspectIsBuriedBeforeItsThirdCrashWouldBeTheFourth() {
        auto job = leased();
        job.suspect = true;
        job.crashes = 1;  // and once in company
        const auto after = run(job, [](const Job&, const std::stop_token&) {
            return sdk::Result<Outcome>(Error{ErrorKind::Transient, "alive"});
        });
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), after.state);
        clock_.advance(seconds(60));
        job = next();
        job.suspect = true;
        job.crashes = 2;
        const auto dead = run(job, mustNotRun);
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), dead.state);
        CPPUNIT_ASSERT_EQUAL(
            std::string("The host ended 3 times while a plugin had this refetch job in hand."),
            dead.reason);
        CPPUNIT_ASSERT(statusOf() == store::IntegrationStatus::Connected);
    }

    void oneThatRecursPausesItsIntegrationWhenItIsBuried() {
        auto job = leased();
        job.suspect = true;
        job.crashes = 2;
        KindRules rules;
        rules.recurs = true;
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), run(job, mustNotRun, rules).state);
        CPPUNIT_ASSERT(statusOf() == store::IntegrationStatus::Paused);
        CPPUNIT_ASSERT(pauseReason().find("The host ended 3 times") == 0);
    }

    void whatIsLeftBehindPausesItsIntegrationAndIsBuriedAtTheThirdTime() {
        auto job = leased();
        for (const auto* state : {"waiting", "waiting", "dead"}) {
            Executor(*database_, clock_, log_, metrics_).leave(job, "It hangs.");
            CPPUNIT_ASSERT(statusOf() == store::IntegrationStatus::Paused);
            CPPUNIT_ASSERT(pauseReason().find("It hangs. Replace the plugin") == 0);
            const auto after = standing(job);
            CPPUNIT_ASSERT_EQUAL(std::string(state), after.state);
            CPPUNIT_ASSERT_EQUAL(std::string("It hangs."), after.reason);
            if (after.state == "waiting") job = next();
        }
    }

    void whatIsDoneIsDeleted() {
        const auto after = run(leased(), [](const Job& job, const std::stop_token&) {
            CPPUNIT_ASSERT_EQUAL(std::string("refetch"), job.kind);
            return sdk::Result<Outcome>(Outcome::done());
        });
        CPPUNIT_ASSERT_EQUAL(std::string("gone"), after.state);
    }

    void aHandlerMayAskToComeAgain() {
        const auto after = run(leased(), [&](const Job&, const std::stop_token&) {
            return sdk::Result<Outcome>(Outcome::later(clock_.now() + seconds(7), "its turn", 0));
        });
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), after.state);
        CPPUNIT_ASSERT_EQUAL(std::string("its turn"), after.reason);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, after.attempts);
        CPPUNIT_ASSERT(after.wait == seconds(7));
    }

    void aTransientFailureComesAgainByTheBackoff() {
        const auto after = fail(leased(), {ErrorKind::Transient, "the line broke"});
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), after.state);
        CPPUNIT_ASSERT_EQUAL(std::string("transient: the line broke"), after.reason);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, after.attempts);
        CPPUNIT_ASSERT(after.wait >= milliseconds(2000) && after.wait < milliseconds(2400));
        clock_.advance(seconds(3));
        const auto second = fail(next(), {ErrorKind::Transient, "again"});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, second.attempts);
        CPPUNIT_ASSERT(second.wait >= milliseconds(4000));
    }

    void aTransientFailureIsBuriedWhenItsAttemptsAreUsedUp() {
        CPPUNIT_ASSERT_EQUAL(std::string("dead"),
                             fail(leased(1), {ErrorKind::Transient, "no"}).state);
    }

    void theLongScheduleEndsInTheDeadLetters() {
        Job job = leased(100);
        job.attempts = 9;
        KindRules rules;
        rules.backoff = Backoff::Long;
        CPPUNIT_ASSERT_EQUAL(std::string("dead"),
                             fail(job, {ErrorKind::Transient, "no"}, rules).state);
    }

    void aRateLimitWaitsAsLongAsToldAndDoesNotCount() {
        const auto after = fail(leased(1), {ErrorKind::RateLimited, "slow down", seconds(17)});
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), after.state);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, after.attempts);
        CPPUNIT_ASSERT(after.wait == seconds(17));
    }

    void aDeadGrantMarksTheIntegrationAndWaitsForAnother() {
        KindRules rules;
        rules.needsConnection = true;
        const auto after = fail(leased(1), {ErrorKind::Unauthorized, "the grant is dead"}, rules);
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), after.state);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, after.attempts);
        CPPUNIT_ASSERT(statusOf() == store::IntegrationStatus::ReauthRequired);
    }

    void aDeadGrantThatWasReplacedMeanwhileMarksNothing() {
        KindRules rules;
        rules.needsConnection = true;
        run(
            leased(),
            [&](const Job&, const std::stop_token&) -> sdk::Result<Outcome> {
                auto tx = database_->asOwner();
                tx.query("UPDATE integration SET connected_at = $1", clock_.now());
                tx.commit();
                return Error{ErrorKind::Unauthorized, "the old grant is dead"};
            },
            rules);
        CPPUNIT_ASSERT(statusOf() == store::IntegrationStatus::Connected);
    }

    void anUnauthorizedFarewellIsTriedThreeTimes() {
        const Error error{ErrorKind::Unauthorized, "no"};
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), fail(leased(), error).state);
        CPPUNIT_ASSERT(statusOf() == store::IntegrationStatus::Connected);
    }

    void aDefiniteAnswerGetsThreeAttempts() {
        const Error error{ErrorKind::BadPayload, "orders[3].id: missing"};
        Job job = leased();
        for (int attempt = 1; attempt <= 2; ++attempt) {
            CPPUNIT_ASSERT_EQUAL(std::string("waiting"), fail(job, error).state);
            clock_.advance(seconds(10));
            job = next();
        }
        const auto after = fail(job, error);
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), after.state);
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload: orders[3].id: missing"), after.reason);
    }

    /// Three hosts died with it in hand, and the platform was in trouble twice.
    void attemptsThatWereLostAreNoDefiniteAnswers() {
        Job job = leased();
        for (int lost = 1; lost <= 3; ++lost) {
            clock_.advance(seconds(61));
            job = next();
        }
        for (int attempt = 1; attempt <= 2; ++attempt) {
            CPPUNIT_ASSERT_EQUAL(std::string("waiting"),
                                 fail(job, {ErrorKind::Transient, "502"}).state);
            clock_.advance(std::chrono::hours(1));
            job = next();
        }
        for (int attempt = 1; attempt <= 2; ++attempt) {
            CPPUNIT_ASSERT_EQUAL(std::string("waiting"),
                                 fail(job, {ErrorKind::BadPayload, "cut short"}).state);
            clock_.advance(std::chrono::hours(1));
            job = next();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("dead"),
                             fail(job, {ErrorKind::BadPayload, "cut short"}).state);
        auto tx = database_->asWorker();
        CPPUNIT_ASSERT(requeue(tx, store_, job.id));
        tx.commit();
        clock_.advance(std::chrono::hours(1));
        CPPUNIT_ASSERT_EQUAL(std::int32_t{0}, next().refusals);
    }

    void progressForgetsDefiniteAnswers() {
        const Error error{ErrorKind::Rejected, "no"};
        Job job = leased();
        for (int attempt = 1; attempt <= 2; ++attempt) {
            fail(job, error);
            clock_.advance(std::chrono::hours(1));
            job = next();
        }
        run(job, [&](const Job&, const std::stop_token&) -> sdk::Result<Outcome> {
            return Outcome::later(clock_.now(), "a page more", 0);
        });
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), fail(next(), error).state);
    }

    void whatAHandlerThrowsIsABug() {
        const auto after = run(leased(1), [](const Job&, const std::stop_token&) {
            throw std::runtime_error("surprise");
            return sdk::Result<Outcome>(Outcome::done());
        });
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), after.state);
        CPPUNIT_ASSERT(after.reason.find("bug: ") == 0);
        CPPUNIT_ASSERT(after.reason.find("surprise") != std::string::npos);
    }

    void databaseTroubleInAHandlerIsTransient() {
        const auto after = run(leased(), [](const Job&, const std::stop_token&) {
            throw store::Failure("40P01", "deadlock detected");
            return sdk::Result<Outcome>(Outcome::done());
        });
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), after.state);
        CPPUNIT_ASSERT_EQUAL(std::string("transient: database: deadlock detected"), after.reason);
    }

    /// What was left behind may still be writing, with the job locked.
    void whatIsLeftBehindIsWrittenOnceNobodyLocksTheJob() {
        store::PoolLimits limits;
        limits.lockTimeout = milliseconds(50);
        const auto url = test::TestDatabase::instance().emptiedUrl();
        store_ = test::insertStore(*database_);
        integration_ = test::insertIntegration(*database_, store_);
        store::Database hasty(url, limits);
        const auto job = leased();
        std::optional<store::Transaction> writing(database_->asWorker());
        writing->query("SELECT FROM job WHERE id = $1 FOR KEY SHARE", job.id);
        core::Log log{
            clock_, core::Log::Format::Json, sdk::LogLevel::Warning, [&writing](std::string_view) {
                writing.reset();
            }};
        Executor(hasty, clock_, log, metrics_).leave(job, "it did not return");
        CPPUNIT_ASSERT(!writing);  // the first try failed
        CPPUNIT_ASSERT(statusOf() == store::IntegrationStatus::Paused);
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), standing(job).state);
    }

    void aStoppedHostGivesItsWorkBackUncounted() {
        stop_.request_stop();
        const auto after = fail(leased(1), {ErrorKind::Transient, "stopped"});
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), after.state);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, after.attempts);
        CPPUNIT_ASSERT(after.wait <= milliseconds(0));
    }

    void aLateHostChangesNothing() {
        const Job late = leased();
        clock_.advance(seconds(61));
        next();
        const auto after = fail(late, {ErrorKind::BadPayload, "late"});
        CPPUNIT_ASSERT_EQUAL(std::string("leased"), after.state);
        CPPUNIT_ASSERT_EQUAL(std::string(), after.reason);
    }

    test::ManualClock clock_;
    core::Log log_{clock_, core::Log::Format::Json, sdk::LogLevel::Debug, core::Log::nowhere()};
    core::Metrics metrics_;
    std::stop_source stop_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    core::Uuid integration_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ExecutorTest);

}  // namespace souk::jobs
