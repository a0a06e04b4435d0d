#include "support/plans.hpp"

#include "fake_platform.hpp"
#include "support/test_database.hpp"
#include "webhooks/drain.hpp"
#include "webhooks/inbox.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <future>

namespace souk::webhooks {

using namespace std::chrono_literals;

namespace {

constexpr int kBacklog = 20'000;
/// No statement of the path of an event has to do with more events than a turn takes, or with more
/// lanes than one.
constexpr std::int64_t kMostRows = 60;

/// Every tenth came in another week: the tables have several partitions. They rest for an hour or
/// more if $5 says so.
constexpr std::string_view kPile = R"sql(
WITH event AS (
    SELECT gen_random_uuid() AS id, 'pile-' || n AS key,
           $4::timestamptz - CASE WHEN n % 10 = 0 THEN interval '7 days' ELSE interval '0' END AS at
    FROM generate_series(1, $3::integer) n
), key AS (
    INSERT INTO webhook_key (integration_id, key, received_at) SELECT $2, key, at FROM event
)
INSERT INTO webhook (store_id, id, received_at, integration_id, platform, topic, key, account, headers, body,
                     next_attempt_at)
SELECT $1, id, at, $2, 'example', 'nothing', key, 'shop-1', '{}', '{}',
       CASE WHEN $5 THEN $4 + make_interval(hours => 1, secs => substr(key, 6)::integer) END
FROM event)sql";

/// Lanes that rest for an hour and then are all due.
constexpr std::string_view kLanes = R"sql(
INSERT INTO webhook_lane (store_id, integration_id, pending_since, run_at)
SELECT $1, gen_random_uuid(), $3, $3::timestamptz + make_interval(mins => 60, secs => n / 1000.0)
FROM generate_series(1, $2::integer) n)sql";

}  // namespace

/// What a statement reads does not grow with what waits.
class WebhookPlansTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WebhookPlansTest);
    CPPUNIT_TEST(aTurnReadsNoMoreThanItTakes);
    CPPUNIT_TEST(whatRestsIsNotReadBeforeItsTime);
    CPPUNIT_TEST_SUITE_END();

public:
    void aTurnReadsNoMoreThanItTakes() {
        const auto url = freshUrl();
        store::Database database(test::Plans::toldBy(url), {});
        pileUp(database, false);
        {
            auto tx = database.asOwner();
            tx.query(kLanes, store_, std::int32_t{kBacklog}, clock_.now());
            tx.commit();
        }
        checkTurns(database, url, "never analysed");
        test::analyseAll(url);
        checkTurns(database, url, "analysed");
    }

    void whatRestsIsNotReadBeforeItsTime() {
        const auto url = freshUrl();
        store::Database database(test::Plans::toldBy(url), {});
        pileUp(database, true);
        checkRest(database, url, "resting, never analysed");
        test::analyseAll(url);
        checkRest(database, url, "resting, analysed");
    }

private:
    static std::string freshUrl() {
        auto url = test::TestDatabase::instance().freshUrl();
        test::neverAnalyse(url);
        return url;
    }
    void pileUp(store::Database& database, bool resting) {
        store_ = test::insertStore(database);
        integration_ = test::insertIntegration(database, store_, "example", "shop-1");
        auto tx = database.asOwner();
        tx.query(kPile, store_, integration_, std::int32_t{kBacklog}, clock_.now(), resting);
        tx.commit();
    }

    /// More than five: from then on PostgreSQL may keep a statement's plan for all parameters.
    static constexpr int kTurns = 7;

    void checkTurns(store::Database& database, const std::string& url, const std::string& when) {
        test::Plans plans(url);
        Inbox inbox(database, clock_, log_, metrics_, {});
        Drain drain(database, catalog_, clock_, log_, metrics_, {.owner = "this-host"});
        for (int i = 0; i < kTurns; ++i) {
            put(inbox, when + std::to_string(i));
            CPPUNIT_ASSERT(drain.turn());
        }
        check(when, plans, url);
        clock_.advance(2h);
        for (int i = 0; i < kTurns; ++i) CPPUNIT_ASSERT(drain.turn());
        check(when + ", many lanes due", plans, url);
        clock_.advance(-2h);
        auto tx = database.asWorker();
        Lanes::wake(tx, integration_, clock_.now());
        tx.commit();
    }
    /// Events come while thousands rest; then some of those are due.
    void checkRest(store::Database& database, const std::string& url, const std::string& when) {
        test::Plans plans(url);
        Inbox inbox(database, clock_, log_, metrics_, {});
        Drain drain(database, catalog_, clock_, log_, metrics_, {.owner = "this-host"});
        for (int i = 0; i < kTurns; ++i) {
            put(inbox, when + std::to_string(i));
            CPPUNIT_ASSERT(drain.turn());
            CPPUNIT_ASSERT_MESSAGE("what rests is not due", !drain.turn());
        }
        check(when, plans, url);
        for (int i = 0; i < kTurns; ++i) {
            clock_.advance(i == 0 ? 1h + 10s : 10s);
            CPPUNIT_ASSERT(drain.turn());
        }
        check(when + ", some due", plans, url);
        clock_.advance(-1h);
    }
    static void check(const std::string& when, test::Plans& plans, const std::string& url) {
        const auto scans = plans.scans();
        CPPUNIT_ASSERT(scans.size() > 3 * kTurns);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            when, std::string(), test::faultsOf(scans, kMostRows, test::largeTables(url)));
    }
    void put(Inbox& inbox, const std::string& key) {
        const NewEvent event{core::newId(),
                             store_,
                             integration_,
                             "example",
                             "customers/update",
                             key,
                             "shop-1",
                             {},
                             "{}",
                             R"({"id":"7"})",
                             {}};
        std::promise<bool> durable;
        CPPUNIT_ASSERT(inbox.submit({event}, [&](bool done) { durable.set_value(done); }));
        CPPUNIT_ASSERT(durable.get_future().get());
    }

    HandClock clock_;
    core::Log log_{clock_, core::Log::Format::Json, sdk::LogLevel::Error, core::Log::nowhere()};
    core::Metrics metrics_;
    loader::Catalog catalog_ = catalogWith(std::make_shared<FakePlugin>());
    core::Uuid store_;
    core::Uuid integration_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(WebhookPlansTest);

}  // namespace souk::webhooks
