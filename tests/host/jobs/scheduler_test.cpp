#include "jobs/scheduler.hpp"

#include "host/jobs/manual_clock.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <stdexcept>

namespace souk::jobs {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

}  // namespace

class SchedulerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SchedulerTest);
    CPPUNIT_TEST(eachTickRunsAtItsInterval);
    CPPUNIT_TEST(aTickThatThrowsComesAgainAndStopsNoOther);
    CPPUNIT_TEST(theThreadRunsTheFirstRoundAtOnceAndStops);
    CPPUNIT_TEST(housekeepingPrunesWhatIsOld);
    CPPUNIT_TEST_SUITE_END();

    void eachTickRunsAtItsInterval() {
        int often = 0;
        int seldom = 0;
        Scheduler scheduler(clock_, log_);
        scheduler.add("often", seconds(10), [&](const std::stop_token&) { ++often; });
        scheduler.add("seldom", seconds(30), [&](const std::stop_token&) { ++seldom; });
        CPPUNIT_ASSERT(scheduler.runDue({}) == clock_.now() + seconds(10));
        scheduler.runDue({});
        CPPUNIT_ASSERT_EQUAL(1, often);
        for (int i = 0; i < 3; ++i) {
            clock_.advance(seconds(10));
            scheduler.runDue({});
        }
        CPPUNIT_ASSERT_EQUAL(4, often);
        CPPUNIT_ASSERT_EQUAL(2, seldom);
    }

    void aTickThatThrowsComesAgainAndStopsNoOther() {
        int broken = 0;
        int sound = 0;
        Scheduler scheduler(clock_, log_);
        scheduler.add("broken", seconds(10), [&](const std::stop_token&) {
            ++broken;
            throw std::runtime_error("no");
        });
        scheduler.add("sound", seconds(10), [&](const std::stop_token&) { ++sound; });
        scheduler.runDue({});
        clock_.advance(seconds(10));
        scheduler.runDue({});
        CPPUNIT_ASSERT_EQUAL(2, broken);
        CPPUNIT_ASSERT_EQUAL(2, sound);
    }

    void theThreadRunsTheFirstRoundAtOnceAndStops() {
        std::promise<void> ran;
        Scheduler scheduler(clock_, log_);
        scheduler.add("once", hours(1), [&](const std::stop_token&) { ran.set_value(); });
        scheduler.start();
        CPPUNIT_ASSERT(ran.get_future().wait_for(seconds(30)) == std::future_status::ready);
        scheduler.stop();
    }

    void housekeepingPrunesWhatIsOld() {
        auto database = test::TestDatabase::instance().emptied();
        {
            auto tx = database->asOwner();
            tx.query(R"(INSERT INTO webhook_key (integration_id, key, received_at)
                        VALUES ($1, 'old', $2), ($1, 'new', $3))",
                     core::newId(),
                     clock_.now() - hours(8 * 24),
                     clock_.now() - hours(24));
            tx.query(R"(INSERT INTO idempotency_key (scope, key, request_hash, state, created_at)
                        VALUES ('t', 'old', '', 'done', $1), ('t', 'new', '', 'done', $2))",
                     clock_.now() - hours(25),
                     clock_.now());
            tx.commit();
        }
        Scheduler scheduler(clock_, log_);
        addHousekeeping(scheduler, *database, clock_);
        scheduler.runDue({});
        auto tx = database->asOwner();
        const auto left =
            tx.query(R"(SELECT (SELECT string_agg(key, ',') FROM webhook_key) AS hooks,
                                             (SELECT string_agg(key, ',') FROM idempotency_key) AS keys)");
        CPPUNIT_ASSERT_EQUAL(std::string("new"), left[0].text("hooks"));
        CPPUNIT_ASSERT_EQUAL(std::string("new"), left[0].text("keys"));
    }

    test::ManualClock clock_;
    core::Log log_{clock_, core::Log::Format::Json, sdk::LogLevel::Debug, core::Log::nowhere()};
};
CPPUNIT_TEST_SUITE_REGISTRATION(SchedulerTest);

}  // namespace souk::jobs
