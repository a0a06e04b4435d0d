#include "jobs/queue.hpp"

#include "core/correlation.hpp"
#include "host/jobs/manual_clock.hpp"
#include "store/integrations.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

namespace souk::jobs {
namespace {

using std::chrono::seconds;

NewJob refetchOf(const core::Uuid& integration, const std::string& record) {
    NewJob job;
    job.integrationId = integration;
    job.kind = "refetch";
    job.dedupe = record;
    return job;
}

}  // namespace

class QueueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QueueTest);
    CPPUNIT_TEST(aJobThatWaitsAlreadyIsNotAddedTwice);
    CPPUNIT_TEST(aStoresOwnJobIsNotAddedTwiceEither);
    CPPUNIT_TEST(aJobCarriesTheIdOfWhatAskedForIt);
    CPPUNIT_TEST(aJobWaitsUntilItsTime);
    CPPUNIT_TEST(smallerPrioritiesGoFirst);
    CPPUNIT_TEST(aFloodInOneLaneDelaysNoOther);
    CPPUNIT_TEST(lanesTakeTurnsWithinAPriority);
    CPPUNIT_TEST(aLaneHoldsNoMoreThanItsShare);
    CPPUNIT_TEST(onlyOneSyncOfAnIntegrationRuns);
    CPPUNIT_TEST(kindsWithoutAHandlerOrRoomAreLeftAlone);
    CPPUNIT_TEST(workThatNeedsAConnectionWaitsForIt);
    CPPUNIT_TEST(anExpiredLeaseIsTakenOverAndTheLateHostRefused);
    CPPUNIT_TEST(whatAnotherHostLetRunOutIsASuspect);
    CPPUNIT_TEST(aHeldJobIsNotTakenOverBeforeTheTransactionEnds);
    CPPUNIT_TEST(aHeartbeatKeepsALeaseAndTellsWhatIsLost);
    CPPUNIT_TEST(aJobWhoseHostsKeptDyingIsBuried);
    CPPUNIT_TEST(aJobPutBackBecomesOneWithItsTwin);
    CPPUNIT_TEST(aDeadJobIsRequeuedByAPerson);
    CPPUNIT_TEST(aLaneIsCancelledByKind);
    CPPUNIT_TEST(hostsShareTheQueueWithoutTakingAJobTwice);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        store_ = test::insertStore(*database_);
        big_ = test::insertIntegration(*database_, store_, "example", "big");
        small_ = test::insertIntegration(*database_, store_, "other", "small");
    }
    void tearDown() override { database_.reset(); }

private:
    int add(const std::vector<NewJob>& jobs) {
        auto tx = database_->forStore(store_);
        const int added = enqueue(tx, store_, jobs);
        tx.commit();
        return added;
    }

    LeaseRequest request(std::int32_t batch) const {
        LeaseRequest request;
        request.owner = "host-1";
        request.kinds = {{"refetch", 4, 100, false}, {"sync", 1, 100, false}};
        request.batch = batch;
        request.now = clock_.now();
        request.until = request.now + seconds(60);
        return request;
    }

    void aJobCarriesTheIdOfWhatAskedForIt() {
        const auto id = core::newId();
        {
            const core::Correlation scope(id);
            add({refetchOf(big_, "asked")});
        }
        add({refetchOf(small_, "by the clock")});
        const auto jobs = take(request(2));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), jobs.size());
        for (const auto& job : jobs)
            CPPUNIT_ASSERT(job.correlation ==
                           (job.dedupe == "asked" ? std::optional(id) : std::nullopt));
    }

    std::vector<Job> take(const LeaseRequest& wanted) {
        auto tx = database_->asWorker();
        auto jobs = lease(tx, wanted);
        tx.commit();
        return jobs;
    }
    std::vector<Job> take(std::int32_t batch) { return take(request(batch)); }

    template <class F>
    auto asWorker(F&& work) {
        auto tx = database_->asWorker();
        auto answer = work(tx);
        tx.commit();
        return answer;
    }

    std::string stateOf(const Job& job) {
        auto tx = database_->asWorker();
        const auto rows = tx.query("SELECT state FROM job WHERE id = $1", job.id);
        return rows.empty() ? "gone" : rows[0].text("state");
    }

    static std::int64_t countOf(const std::vector<Job>& jobs, const core::Uuid& lane) {
        return std::count_if(
            jobs.begin(), jobs.end(), [&](const Job& job) { return job.integrationId == lane; });
    }

    void aJobThatWaitsAlreadyIsNotAddedTwice() {
        CPPUNIT_ASSERT_EQUAL(1, add({refetchOf(big_, "1"), refetchOf(big_, "1")}));
        CPPUNIT_ASSERT_EQUAL(0, add({refetchOf(big_, "1")}));
        CPPUNIT_ASSERT_EQUAL(1, add({refetchOf(small_, "1")}));
        take(10);
        // The running one may have read too early to know what the new wish is about.
        CPPUNIT_ASSERT_EQUAL(1, add({refetchOf(big_, "1")}));
        CPPUNIT_ASSERT_EQUAL(0, add({}));
    }

    void aStoresOwnJobIsNotAddedTwiceEither() {
        NewJob own;
        own.kind = "refetch";
        own.dedupe = "all";
        CPPUNIT_ASSERT_EQUAL(1, add({own}));
        CPPUNIT_ASSERT_EQUAL(0, add({own}));
        const auto jobs = take(5);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, jobs.size());
        CPPUNIT_ASSERT(!jobs[0].integrationId);
    }

    void aJobWaitsUntilItsTime() {
        NewJob later = refetchOf(big_, "1");
        later.runAt = clock_.now() + seconds(30);
        later.payload = R"({"a": 1})";
        add({later});
        CPPUNIT_ASSERT(take(5).empty());
        clock_.advance(seconds(31));
        const auto jobs = take(5);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, jobs.size());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a": 1})"), jobs[0].payload);
        CPPUNIT_ASSERT_EQUAL(1, jobs[0].attempts);
        CPPUNIT_ASSERT(jobs[0].dedupe == "1");
    }

    void smallerPrioritiesGoFirst() {
        NewJob low = refetchOf(big_, "low");
        low.priority = kScheduled;
        NewJob high = refetchOf(small_, "high");
        high.priority = kLive;
        add({low, high});
        const auto jobs = take(2);
        CPPUNIT_ASSERT(jobs.at(0).dedupe == "high");
        CPPUNIT_ASSERT(jobs.at(1).dedupe == "low");
    }

    void aFloodInOneLaneDelaysNoOther() {
        std::vector<NewJob> flood;
        for (int i = 0; i < 500; ++i) flood.push_back(refetchOf(big_, std::to_string(i)));
        CPPUNIT_ASSERT_EQUAL(500, add(flood));
        add({refetchOf(small_, "mine")});
        const auto jobs = take(2);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, jobs.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, countOf(jobs, small_));
    }

    void lanesTakeTurnsWithinAPriority() {
        for (int i = 0; i < 3; ++i)
            add({refetchOf(big_, "b" + std::to_string(i)),
                 refetchOf(small_, "s" + std::to_string(i))});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, countOf(take(2), big_));
        // What is in hand counts: the one with fewer goes next.
        const auto held = take(2);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, countOf(held, big_));
        const auto tx = asWorker([&](store::Transaction& worker) {
            return std::count_if(held.begin(), held.end(), [&](const Job& job) {
                return job.integrationId == small_ && complete(worker, job);
            });
        });
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, tx);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, countOf(take(1), small_));
    }

    void aLaneHoldsNoMoreThanItsShare() {
        std::vector<NewJob> flood;
        for (int i = 0; i < 20; ++i) flood.push_back(refetchOf(big_, std::to_string(i)));
        add(flood);
        LeaseRequest wanted = request(20);
        wanted.kinds[0].perLane = 10;
        wanted.perLane = 3;
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, take(wanted).size());
        CPPUNIT_ASSERT(take(wanted).empty());
        wanted.perLane = 20;
        wanted.kinds[0].perLane = 5;
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, take(wanted).size());
    }

    void onlyOneSyncOfAnIntegrationRuns() {
        NewJob sync;
        sync.integrationId = big_;
        sync.kind = "sync";
        NewJob other = sync;
        other.integrationId = small_;
        add({sync, sync, other, refetchOf(big_, "1")});
        const auto jobs = take(10);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, jobs.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, countOf(jobs, big_));
        CPPUNIT_ASSERT(take(10).empty());
    }

    void kindsWithoutAHandlerOrRoomAreLeftAlone() {
        NewJob sync;
        sync.kind = "sync";
        sync.integrationId = big_;
        add({sync, refetchOf(big_, "1"), refetchOf(small_, "2")});
        LeaseRequest wanted = request(10);
        wanted.kinds = {{"refetch", 4, 1, false}};
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, take(wanted).size());
        wanted.kinds = {{"unknown", 4, 4, false}};
        CPPUNIT_ASSERT(take(wanted).empty());
    }

    void workThatNeedsAConnectionWaitsForIt() {
        const auto paused =
            test::insertIntegration(*database_, store_, "third", "paused", "reauth_required");
        add({refetchOf(paused, "1")});
        LeaseRequest wanted = request(10);
        wanted.kinds = {{"refetch", 4, 4, true}};
        CPPUNIT_ASSERT(take(wanted).empty());
        asWorker([&](store::Transaction& tx) {
            store::Integrations::setStatus(
                tx, paused, store::IntegrationStatus::Connected, std::nullopt, clock_.now());
            return 0;
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, take(wanted).size());
    }

    void anExpiredLeaseIsTakenOverAndTheLateHostRefused() {
        add({refetchOf(big_, "1")});
        const Job late = take(1).at(0);
        CPPUNIT_ASSERT(take(1).empty());
        clock_.advance(seconds(61));
        const Job heir = take(1).at(0);
        CPPUNIT_ASSERT(heir.id == late.id);
        CPPUNIT_ASSERT_EQUAL(late.fence + 1, heir.fence);
        CPPUNIT_ASSERT_EQUAL(2, heir.attempts);
        asWorker([&](store::Transaction& tx) {
            CPPUNIT_ASSERT(!hold(tx, late));
            CPPUNIT_ASSERT(!complete(tx, late));
            CPPUNIT_ASSERT(!putBack(tx, late, clock_.now(), 0, ""));
            CPPUNIT_ASSERT(!bury(tx, late, "late"));
            CPPUNIT_ASSERT(hold(tx, heir));
            CPPUNIT_ASSERT(complete(tx, heir));
            return 0;
        });
        CPPUNIT_ASSERT_EQUAL(std::string("gone"), stateOf(heir));
    }

    void whatAnotherHostLetRunOutIsASuspect() {
        add({refetchOf(big_, "1")});
        CPPUNIT_ASSERT(!take(1).at(0).suspect);
        clock_.advance(seconds(61));
        CPPUNIT_ASSERT_MESSAGE("its own lease ran out: the database was away",
                               !take(1).at(0).suspect);
        clock_.advance(seconds(61));
        LeaseRequest other = request(1);
        other.owner = "another";
        const Job suspect = take(other).at(0);
        CPPUNIT_ASSERT(suspect.suspect);
        CPPUNIT_ASSERT_EQUAL(0, suspect.crashes);
        asWorker([&](store::Transaction& tx) {
            Job late = suspect;
            --late.fence;
            CPPUNIT_ASSERT(countCrash(tx, suspect, 1));
            CPPUNIT_ASSERT(!countCrash(tx, late, 1));
            return 0;
        });
        clock_.advance(seconds(61));
        const Job again = take(1).at(0);
        CPPUNIT_ASSERT(again.suspect);
        CPPUNIT_ASSERT_EQUAL(1, again.crashes);
        asWorker([&](store::Transaction& tx) { return putBack(tx, again, clock_.now(), 0, ""); });
        const Job proven = take(1).at(0);
        CPPUNIT_ASSERT(!proven.suspect);
        CPPUNIT_ASSERT_EQUAL(0, proven.crashes);
    }

    void aHeldJobIsNotTakenOverBeforeTheTransactionEnds() {
        add({refetchOf(big_, "1")});
        const Job job = take(1).at(0);
        {
            auto page = database_->forStore(store_);
            CPPUNIT_ASSERT(hold(page, job));
            clock_.advance(seconds(61));
            CPPUNIT_ASSERT(take(1).empty());
            // The heartbeat does not wait for the page.
            const auto lost = asWorker([&](store::Transaction& tx) {
                return extend(tx, {job}, clock_.now() - seconds(1));
            });
            CPPUNIT_ASSERT(lost.empty());
            page.commit();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, take(1).size());
    }

    void aHeartbeatKeepsALeaseAndTellsWhatIsLost() {
        add({refetchOf(big_, "kept"), refetchOf(small_, "lost")});
        auto jobs = take(2);
        for (Job& job : jobs)
            if (job.dedupe == "lost") --job.fence;
        const auto lost = asWorker(
            [&](store::Transaction& tx) { return extend(tx, jobs, clock_.now() + seconds(120)); });
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lost.size());
        clock_.advance(seconds(61));
        const auto again = take(5);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, again.size());
        CPPUNIT_ASSERT(again[0].dedupe == "lost");
        CPPUNIT_ASSERT(again[0].id == lost[0]);
    }

    void aJobWhoseHostsKeptDyingIsBuried() {
        NewJob poison = refetchOf(big_, "1");
        poison.maxAttempts = 2;
        add({poison});
        const Job job = take(1).at(0);
        clock_.advance(seconds(61));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, take(1).size());
        clock_.advance(seconds(61));
        CPPUNIT_ASSERT(take(1).empty());
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), stateOf(job));
        auto tx = database_->asWorker();
        const auto reason = tx.query("SELECT reason FROM job WHERE id = $1", job.id)[0];
        CPPUNIT_ASSERT(reason.text("reason").find("2 times") != std::string::npos);
    }

    void aJobPutBackBecomesOneWithItsTwin() {
        add({refetchOf(big_, "1"), refetchOf(big_, "2")});
        const auto jobs = take(2);
        add({refetchOf(big_, "1")});
        for (const Job& job : jobs)
            CPPUNIT_ASSERT(asWorker([&](store::Transaction& tx) {
                return putBack(tx, job, clock_.now() + seconds(5), 1, "transient: no");
            }));
        auto tx = database_->asWorker();
        const auto rows = tx.query("SELECT dedupe, attempts FROM job ORDER BY dedupe");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rows.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, rows[0].integer("attempts"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, rows[1].integer("attempts"));
    }

    void aDeadJobIsRequeuedByAPerson() {
        add({refetchOf(big_, "1")});
        const Job job = take(1).at(0);
        CPPUNIT_ASSERT(
            asWorker([&](store::Transaction& tx) { return bury(tx, job, "rejected: no"); }));
        CPPUNIT_ASSERT(take(1).empty());
        const auto again = [&] {
            return asWorker([&](store::Transaction& tx) { return requeue(tx, store_, job.id); });
        };
        CPPUNIT_ASSERT(again());
        CPPUNIT_ASSERT(!again());
        CPPUNIT_ASSERT_EQUAL(1, take(1).at(0).attempts);
    }

    void aLaneIsCancelledByKind() {
        NewJob sync;
        sync.kind = "sync";
        sync.integrationId = big_;
        add({sync, refetchOf(big_, "1"), refetchOf(big_, "2"), refetchOf(small_, "1")});
        const auto cancelled = [&](std::string_view kind) {
            return asWorker(
                [&](store::Transaction& tx) { return cancelLane(tx, store_, big_, kind); });
        };
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, cancelled("refetch"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, cancelled(""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, take(10).size());
    }

    void hostsShareTheQueueWithoutTakingAJobTwice() {
        constexpr int kJobs = 200;
        std::vector<NewJob> jobs;
        for (int i = 0; i < kJobs; ++i)
            jobs.push_back(refetchOf(i % 2 == 0 ? big_ : small_, std::to_string(i)));
        add(jobs);
        std::mutex mutex;
        std::multiset<std::string> done;
        const auto host = [&] {
            for (auto mine = take(5); !mine.empty(); mine = take(5))
                for (const Job& job : mine) {
                    asWorker([&](store::Transaction& tx) { return complete(tx, job); });
                    const std::scoped_lock lock(mutex);
                    done.insert(job.id.text());
                }
        };
        {
            const std::jthread one(host);
            const std::jthread two(host);
        }
        host();  // what one left because the other held its share
        CPPUNIT_ASSERT_EQUAL(std::size_t{kJobs}, done.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{kJobs},
                             std::set<std::string>(done.begin(), done.end()).size());
    }

    test::ManualClock clock_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    core::Uuid big_;
    core::Uuid small_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(QueueTest);

}  // namespace souk::jobs
