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
    CPPUNIT_TEST(whatGrowsIsKeptAsLongAsAsked);
    CPPUNIT_TEST(whatIsKeptForGoodStays);
    CPPUNIT_TEST(theRunsTheNextOneGoesByStay);
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
        addHousekeeping(scheduler, *database, clock_, {});
        scheduler.runDue({});
        auto tx = database->asOwner();
        const auto left =
            tx.query(R"(SELECT (SELECT string_agg(key, ',') FROM webhook_key) AS hooks,
                                             (SELECT string_agg(key, ',') FROM idempotency_key) AS keys)");
        CPPUNIT_ASSERT_EQUAL(std::string("new"), left[0].text("hooks"));
        CPPUNIT_ASSERT_EQUAL(std::string("new"), left[0].text("keys"));
    }

    /// A change of ten days ago, an event and a log row of years ago, and what is left of them.
    std::string leftOf(const Keep& keep) {
        auto database = test::TestDatabase::instance().fresh();
        const auto then = clock_.now() - hours(240);
        {
            auto tx = database->asOwner();
            tx.query(
                "INSERT INTO change (store_id, id, at, kind, entity) VALUES ($1, $1, $2, 'a', 'b')",
                test::insertStore(*database),
                then);
            // The log has its week still, the event was caught by the default partition.
            tx.query(
                "CREATE TABLE sync_log_20200106 PARTITION OF sync_log FOR VALUES FROM "
                "('2020-01-06 00:00+00') TO ('2020-01-13 00:00+00')");
            tx.query(R"(INSERT INTO sync_log (store_id, id, at, integration_id, entity, external_id,
                        action, cause) VALUES ($1, $1, '2020-01-07', $1, 'product', '1', 'created', 'sync'))",
                     core::newId());
            tx.query(
                R"(INSERT INTO webhook (store_id, id, received_at, integration_id, platform, topic,
                        key, account, headers, body, state)
                        VALUES ($1, $1, '2020-01-07', $1, 'p', 't', 'k', 'a', '{}', '', 'done'))",
                core::newId());
            tx.commit();
        }
        Scheduler scheduler(clock_, log_);
        addHousekeeping(scheduler, *database, clock_, keep);
        scheduler.runDue({});
        auto tx = database->asOwner();
        return tx
            .query(R"(SELECT concat_ws(' ', (SELECT 'change' FROM change),
                           (SELECT 'log' FROM sync_log), (SELECT 'event' FROM webhook),
                           to_regclass('sync_log_20200106')::text) AS "left")")[0]
            .text("left");
    }

    void whatGrowsIsKeptAsLongAsAsked() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(),
            leftOf({.changes = hours(216), .webhooks = hours(216), .syncs = hours(216)}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("change"),
            leftOf({.changes = hours(264), .webhooks = hours(264), .syncs = hours(264)}));
    }

    void whatIsKeptForGoodStays() {
        CPPUNIT_ASSERT_EQUAL(std::string("change log event sync_log_20200106"), leftOf({}));
    }

    void theRunsTheNextOneGoesByStay() {
        auto database = test::TestDatabase::instance().emptied();
        const auto store = test::insertStore(*database);
        const auto integration = test::insertIntegration(*database, store);
        const auto run = [&](const char* mode, const char* status, int daysAgo) {
            const auto id = core::newId();
            auto tx = database->asOwner();
            tx.query(R"(INSERT INTO sync_run (store_id, id, integration_id, mode, trigger, status,
                        entities, error, finished_at)
                        VALUES ($1, $2, $3, $4, 'manual', $5, '{product}', $4 || ' ' || $6, $7))",
                     store,
                     id,
                     integration,
                     mode,
                     status,
                     std::to_string(daysAgo),
                     clock_.now() - hours(24) * daysAgo);
            tx.query(R"(INSERT INTO sync_run_entity (store_id, run_id, entity, position)
                        VALUES ($1, $2, 'product', 1))",
                     store,
                     id);
            tx.commit();
        };
        run("full", "complete", 40);
        run("full", "incomplete", 30);
        run("full", "failed", 20);
        run("incremental", "complete", 15);
        run("incremental", "failed", 14);
        run("incremental", "complete", 13);
        run("incremental", "complete", 5);
        Scheduler scheduler(clock_, log_);
        addHousekeeping(scheduler, *database, clock_, {.syncs = hours(240)});
        scheduler.runDue({});
        auto tx = database->asOwner();
        CPPUNIT_ASSERT_EQUAL(
            std::string("full 30,full 20,incremental 5"),
            tx.query("SELECT string_agg(error, ',' ORDER BY id) AS runs FROM sync_run")[0].text(
                "runs"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3},
                             tx.query("SELECT count(*) AS n FROM sync_run_entity")[0].integer("n"));
    }

    test::ManualClock clock_;
    core::Log log_{clock_, core::Log::Format::Json, sdk::LogLevel::Debug, core::Log::nowhere()};
};
CPPUNIT_TEST_SUITE_REGISTRATION(SchedulerTest);

}  // namespace souk::jobs
