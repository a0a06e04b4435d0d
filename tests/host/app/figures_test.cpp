#include "app/figures.hpp"

#include "host/jobs/manual_clock.hpp"
#include "jobs/queue.hpp"
#include "support/exposition.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace souk::app {

using namespace std::chrono_literals;
using test::Exposition;

class FiguresTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FiguresTest);
    CPPUNIT_TEST(whatWaitsIsReadAtTheScrape);
    CPPUNIT_TEST(whatIsNoMoreIsZero);
    CPPUNIT_TEST(manyScrapesReadOnce);
    CPPUNIT_TEST(aDatabaseThatIsAwayIsTold);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        metrics_ = std::make_unique<core::Metrics>();
        database_ = test::TestDatabase::instance().emptied();
        store_ = test::insertStore(*database_);
        integration_ = test::insertIntegration(*database_, store_);
    }
    void tearDown() override {
        metrics_.reset();
        database_.reset();
    }

    void whatWaitsIsReadAtTheScrape() {
        run("INSERT INTO webhook (store_id, id, received_at, integration_id, platform, topic, key, "
            "account, headers, body) SELECT $1, gen_random_uuid(), $3::timestamptz - make_interval("
            "secs => n * 10), $2, 'example', 't', n::text, 'a', '{}', '' FROM generate_series(1, "
            "2) "
            "n");
        run("INSERT INTO webhook_lane (store_id, integration_id, pending_since) VALUES ($1, $2, "
            "$3)");
        run("INSERT INTO rate_budget (store_id, integration_id, available, capacity, "
            "restore_per_second, updated_at) VALUES ($1, $2, 10, 40, 0, $3)");
        run("WITH run AS (INSERT INTO sync_run (store_id, id, integration_id, mode, trigger, "
            "status, "
            "entities) VALUES ($1, gen_random_uuid(), $2, 'full', 'manual', 'running', "
            "'{product}') "
            "RETURNING store_id, id) INSERT INTO sync_run_entity (store_id, run_id, entity, "
            "position, "
            "processed, total, started_at) SELECT store_id, id, 'product', 0, 30, 120, $3 FROM "
            "run");
        addJob();
        const Figures figures(*database_, clock_, log_, *metrics_);
        const auto told = scrape();
        CPPUNIT_ASSERT_EQUAL(1.0, told.sum("souk_database_up"));
        CPPUNIT_ASSERT_EQUAL(1.0,
                             told.sum("souk_webhook_lanes_pending", {{"platform", "example"}}));
        CPPUNIT_ASSERT(told.sum("souk_webhook_lane_lag_seconds", {{"platform", "example"}}) >= 10);
        CPPUNIT_ASSERT_EQUAL(0.25,
                             told.sum("souk_net_budget_least_ratio", {{"platform", "example"}}));
        CPPUNIT_ASSERT_EQUAL(1.0, told.sum("souk_sync_runs", {{"status", "running"}}));
        CPPUNIT_ASSERT_EQUAL(30.0, told.sum("souk_sync_run_records", {{"entity", "product"}}));
        CPPUNIT_ASSERT_EQUAL(120.0,
                             told.sum("souk_sync_run_records_expected", {{"entity", "product"}}));
        CPPUNIT_ASSERT_EQUAL(1.0,
                             told.sum("souk_jobs", {{"kind", "refetch"}, {"state", "waiting"}}));
        CPPUNIT_ASSERT_EQUAL(1.0, told.sum("souk_integrations", {{"status", "connected"}}));
        CPPUNIT_ASSERT_EQUAL(0.0, told.sum("souk_database_pool_waiting"));
    }

    void whatIsNoMoreIsZero() {
        addJob();
        const Figures figures(*database_, clock_, log_, *metrics_);
        CPPUNIT_ASSERT_EQUAL(1.0, scrape().sum("souk_jobs"));
        run("DELETE FROM job WHERE $1::uuid IS NOT NULL AND $2::uuid IS NOT NULL AND "
            "$3::timestamptz IS NOT NULL");
        clock_.advance(6s);
        CPPUNIT_ASSERT_EQUAL(0.0, scrape().sum("souk_jobs"));
    }

    void manyScrapesReadOnce() {
        const Figures figures(*database_, clock_, log_, *metrics_);
        CPPUNIT_ASSERT_EQUAL(0.0, scrape().sum("souk_jobs"));
        addJob();
        clock_.advance(4s);
        CPPUNIT_ASSERT_EQUAL(0.0, scrape().sum("souk_jobs"));
        clock_.advance(2s);
        CPPUNIT_ASSERT_EQUAL(1.0, scrape().sum("souk_jobs"));
    }

    void aDatabaseThatIsAwayIsTold() {
        store::Database away("host=/nowhere-at-all dbname=none", {});
        const Figures figures(away, clock_, log_, *metrics_);
        for (int i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT_EQUAL(0.0, scrape().sum("souk_database_up"));
            clock_.advance(6s);
        }
        const std::string sentence = "the figures of /metrics could not be read";
        const auto first = logged_.find(sentence);
        CPPUNIT_ASSERT(first != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("told once, not at every scrape",
                               logged_.find(sentence, first + 1) == std::string::npos);
    }

private:
    Exposition scrape() const {
        auto told = Exposition::read(metrics_->text());
        CPPUNIT_ASSERT_EQUAL(std::string(), told.told());
        return told;
    }
    /// $1 the store, $2 the integration, $3 now.
    void run(std::string_view sql) {
        auto tx = database_->asOwner();
        tx.query(sql, store_, integration_, clock_.now());
        tx.commit();
    }
    void addJob() {
        jobs::NewJob job;
        job.integrationId = integration_;
        job.kind = "refetch";
        auto tx = database_->asWorker();
        jobs::enqueue(tx, store_, {job});
        tx.commit();
    }

    test::ManualClock clock_;
    std::string logged_;
    core::Log log_{
        clock_, core::Log::Format::Json, sdk::LogLevel::Info, [this](std::string_view line) {
            logged_.append(line);
        }};
    std::unique_ptr<core::Metrics> metrics_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    core::Uuid integration_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FiguresTest);

}  // namespace souk::app
