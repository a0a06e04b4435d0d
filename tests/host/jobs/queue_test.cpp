#include "core/correlation.hpp"
#include "host/jobs/queue_world.hpp"
#include "store/integrations.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::jobs {

using std::chrono::seconds;

class QueueTest : public QueueFixture {
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
    CPPUNIT_TEST(aJobPutBackBecomesOneWithItsTwin);
    CPPUNIT_TEST(aDeadJobIsRequeuedByAPerson);
    CPPUNIT_TEST(aLaneIsCancelledByKind);
    CPPUNIT_TEST_SUITE_END();

private:
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
        const auto all = [&](const std::vector<std::string_view>& except) {
            return asWorker(
                [&](store::Transaction& tx) { return cancelLane(tx, store_, big_, "", except); });
        };
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, all({"refetch", "sync"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, all({}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, take(10).size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(QueueTest);

}  // namespace souk::jobs
