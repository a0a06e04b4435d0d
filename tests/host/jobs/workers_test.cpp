#include "jobs/workers.hpp"

#include "core/watch.hpp"
#include "host/jobs/manual_clock.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace souk::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Counts and lets a test wait for a number, with a bound.
class Tally {
public:
    void add(const std::string& what) {
        const std::scoped_lock lock(mutex_);
        all_.insert(what);
        changed_.notify_all();
    }
    bool reaches(std::size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, seconds(60), [&] { return all_.size() >= count; });
    }
    std::size_t size() {
        const std::scoped_lock lock(mutex_);
        return all_.size();
    }
    std::size_t different() {
        const std::scoped_lock lock(mutex_);
        return std::set<std::string>(all_.begin(), all_.end()).size();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::multiset<std::string> all_;
};

/// Waits, as a long handler does, until its host wants it to stop.
void untilStopped(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, seconds(60), [] { return false; });
}

}  // namespace

class WorkersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkersTest);
    CPPUNIT_TEST(twoHostsShareOneQueue);
    CPPUNIT_TEST(aNewJobIsNoticedWithoutThePoll);
    CPPUNIT_TEST(aStopGivesRunningWorkBack);
    CPPUNIT_TEST(aLostLeaseStopsItsHandler);
    CPPUNIT_TEST(longWorkOfOneKindLeavesThreadsToOthers);
    CPPUNIT_TEST(aHandlerThatIsLeftBehindFreesItsThreadAndItsPlace);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        url_ = test::TestDatabase::instance().emptiedUrl();
        database_ = std::make_unique<store::Database>(url_, store::PoolLimits{});
        store_ = test::insertStore(*database_);
        for (int i = 0; i < 4; ++i)
            lanes_.push_back(test::insertIntegration(
                *database_, store_, "p" + std::to_string(i), "account-" + std::to_string(i)));
    }
    void tearDown() override {
        database_.reset();
        lanes_.clear();
    }

private:
    std::unique_ptr<Workers> host(const std::string& name, const WorkerLimits& limits) {
        return std::make_unique<Workers>(*database_, url_, name, clock_, log_, metrics_, limits);
    }
    static WorkerLimits limits(milliseconds poll) {
        WorkerLimits limits;
        limits.threads = 3;
        limits.poll = poll;
        return limits;
    }

    void add(const std::string& kind, int count) {
        std::vector<NewJob> jobs;
        for (int i = 0; i < count; ++i) {
            NewJob job;
            job.kind = kind;
            job.integrationId = lanes_[static_cast<std::size_t>(i) % lanes_.size()];
            job.dedupe = std::to_string(i);
            jobs.push_back(job);
        }
        auto tx = database_->forStore(store_);
        enqueue(tx, store_, jobs);
        tx.commit();
    }

    Handler counting(Tally& tally) {
        return [&tally](const Job& job, const std::stop_token&) {
            tally.add(job.id.text());
            return sdk::Result<Outcome>(Outcome::done());
        };
    }

    std::int64_t jobsIn(const std::string& state) {
        auto tx = database_->asWorker();
        return tx.query("SELECT count(*) AS n FROM job WHERE state = $1", state)[0].integer("n");
    }

    void twoHostsShareOneQueue() {
        add("count", 120);
        Tally tally;
        auto one = host("one", limits(milliseconds(50)));
        auto two = host("two", limits(milliseconds(50)));
        one->handle("count", counting(tally));
        two->handle("count", counting(tally));
        one->start();
        two->start();
        CPPUNIT_ASSERT(tally.reaches(120));
        one->stop();
        two->stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t{120}, tally.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{120}, tally.different());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, jobsIn("waiting") + jobsIn("leased"));
    }

    void aNewJobIsNoticedWithoutThePoll() {
        Tally tally;
        auto one = host("one", limits(seconds(30)));
        one->handle("count", counting(tally));
        one->start();
        add("count", 1);
        CPPUNIT_ASSERT(tally.reaches(1));
        const auto before = std::chrono::steady_clock::now();
        add("count", 2);
        CPPUNIT_ASSERT(tally.reaches(3));
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - before < seconds(20));
    }

    void aStopGivesRunningWorkBack() {
        add("long", 2);
        Tally begun;
        auto one = host("one", limits(milliseconds(50)));
        one->handle("long",
                    [&](const Job& job, const std::stop_token& stop) -> sdk::Result<Outcome> {
                        begun.add(job.id.text());
                        untilStopped(stop);
                        return sdk::Error{sdk::ErrorKind::Transient, "the host is stopping"};
                    });
        one->start();
        CPPUNIT_ASSERT(begun.reaches(2));
        one->stop();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, jobsIn("waiting"));
    }

    void aLostLeaseStopsItsHandler() {
        add("long", 1);
        Tally begun;
        Tally ended;
        WorkerLimits quick = limits(seconds(30));
        quick.heartbeat = milliseconds(20);
        auto one = host("one", quick);
        one->handle("long",
                    [&](const Job& job, const std::stop_token& stop) -> sdk::Result<Outcome> {
                        begun.add(job.id.text());
                        untilStopped(stop);
                        ended.add(job.id.text());
                        return Outcome::done();
                    });
        one->start();
        CPPUNIT_ASSERT(begun.reaches(1));
        {
            auto tx = database_->asOwner();
            tx.query("UPDATE job SET fence = fence + 1, lease_owner = 'two'");
            tx.commit();
        }
        CPPUNIT_ASSERT(ended.reaches(1));
        one->stop();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, jobsIn("leased"));
    }

    void longWorkOfOneKindLeavesThreadsToOthers() {
        add("long", 4);
        Tally begun;
        Tally tally;
        auto one = host("one", limits(milliseconds(50)));
        KindRules rules;
        rules.perHost = 2;
        one->handle(
            "long",
            [&](const Job& job, const std::stop_token& stop) -> sdk::Result<Outcome> {
                begun.add(job.id.text());
                untilStopped(stop);
                return Outcome::done();
            },
            rules);
        one->handle("count", counting(tally));
        one->start();
        CPPUNIT_ASSERT(begun.reaches(2));
        add("count", 20);
        CPPUNIT_ASSERT(tally.reaches(20));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, begun.size());
        one->stop();
    }

    void aHandlerThatIsLeftBehindFreesItsThreadAndItsPlace() {
        add("hangs", 1);
        static auto* const watchKept = new core::CallWatch({milliseconds(100), 8}, log_);
        auto& watch = *watchKept;
        watch.start();
        WorkerLimits single = limits(milliseconds(50));
        single.threads = 1;
        Tally tally;
        auto one = host("one", single);
        one->handle("hangs", [&](const Job&, const std::stop_token&) -> sdk::Result<Outcome> {
            const core::Watched watched(&watch, {"example", "hangs"});
            for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
        });
        one->handle("count", counting(tally));
        one->start();
        add("count", 5);
        CPPUNIT_ASSERT(tally.reaches(5));
        for (int i = 0; i < 6000 && jobsIn("dead") == 0; ++i)
            std::this_thread::sleep_for(milliseconds(10));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             jobsIn("dead"));  // each time at once, third time dead
        one->stop();
        watch.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, watch.leftBehind());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, jobsIn("leased"));
        // The threads that were left behind stand on it.
        static auto* const kept = new std::vector<std::unique_ptr<Workers>>;
        kept->push_back(std::move(one));
    }

    test::ManualClock clock_;
    core::Log log_{clock_, core::Log::Format::Json, sdk::LogLevel::Debug, core::Log::nowhere()};
    core::Metrics metrics_;
    std::string url_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    std::vector<core::Uuid> lanes_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(WorkersTest);

}  // namespace souk::jobs
