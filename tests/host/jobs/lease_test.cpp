#include "host/jobs/queue_world.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <mutex>
#include <set>
#include <thread>

namespace souk::jobs {

using std::chrono::seconds;

/// Whose a job is: leases, their end, and the fence that refuses who comes late.
class LeaseTest : public QueueFixture {
    CPPUNIT_TEST_SUITE(LeaseTest);
    CPPUNIT_TEST(anExpiredLeaseIsTakenOverAndTheLateHostRefused);
    CPPUNIT_TEST(whatAnotherHostLetRunOutIsASuspect);
    CPPUNIT_TEST(aHeldJobIsNotTakenOverBeforeTheTransactionEnds);
    CPPUNIT_TEST(aHeartbeatKeepsALeaseAndTellsWhatIsLost);
    CPPUNIT_TEST(aJobWhoseHostsKeptDyingIsBuried);
    CPPUNIT_TEST(hostsShareTheQueueWithoutTakingAJobTwice);
    CPPUNIT_TEST_SUITE_END();

private:
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
};
CPPUNIT_TEST_SUITE_REGISTRATION(LeaseTest);

}  // namespace souk::jobs
