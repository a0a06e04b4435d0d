#include "webhooks/inbox.hpp"

#include "fake_platform.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace souk::webhooks {

/// How batches follow each other. What a delivery goes through before stands in receiver_test.
class InboxTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InboxTest);
    CPPUNIT_TEST(aWrittenBatchIsToldWhileTheNextIsOnItsWay);
    CPPUNIT_TEST(aKeyThatTwoDeliveriesBringIsStoredOnceAndBothAreTold);
    CPPUNIT_TEST(aKeyThatWasThereFailsNobody);
    CPPUNIT_TEST(newEventsBesideAKnownKeyWakeTheirLanes);
    CPPUNIT_TEST(withoutADatabaseAllAreToldAfterTwoTries);
    CPPUNIT_TEST(whoeverWaitsWhenItStopsIsToldFirst);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { open({}); }
    void tearDown() override { inbox_.reset(); }

private:
    using Told = std::future<bool>;

    void open(const store::PoolLimits& limits) {
        inbox_.reset();
        database_ = test::TestDatabase::instance().fresh(limits);
        store_ = test::insertStore(*database_);
        integration_ = test::insertIntegration(*database_, store_, "example", "shop-1");
        inbox_ = std::make_unique<Inbox>(*database_, clock_, log_, metrics_, InboxLimits{});
    }
    Told submit(const std::string& key) { return submit(key, integration_); }
    Told submit(const std::string& key, const core::Uuid& integration) {
        auto told = std::make_shared<std::promise<bool>>();
        NewEvent event{
            core::newId(), store_, integration, "example", "t", key, "shop-1", {}, "{}", "x", {}};
        CPPUNIT_ASSERT(
            inbox_->submit({std::move(event)}, [told](bool durable) { told->set_value(durable); }));
        return told->get_future();
    }
    /// Who writes this key waits until the transaction ends.
    store::Transaction holding(const std::string& key) {
        auto tx = database_->asWorker();
        tx.query(
            "INSERT INTO webhook_key (integration_id, key, received_at) VALUES ($1, $2, now())",
            integration_,
            key);
        return tx;
    }
    std::int64_t stored() {
        return database_->asWorker().query("SELECT count(*) AS n FROM webhook")[0].integer("n");
    }

    void aWrittenBatchIsToldWhileTheNextIsOnItsWay() {
        auto holder = std::make_unique<store::Transaction>(holding("first"));
        auto other = std::make_unique<store::Transaction>(holding("second"));
        auto first = submit("first");
        while (inbox_->depth() > 0) std::this_thread::yield();
        auto second = submit("second");  // waits for the first batch
        holder.reset();
        CPPUNIT_ASSERT(first.get());  // would wait for ever if it were told after the second
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, stored());
        other.reset();
        CPPUNIT_ASSERT(second.get());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, stored());
    }

    void aKeyThatTwoDeliveriesBringIsStoredOnceAndBothAreTold() {
        auto holder = std::make_unique<store::Transaction>(holding("held"));
        auto held = submit("held");
        while (inbox_->depth() > 0) std::this_thread::yield();
        auto one = submit("same");  // both in the next batch
        auto two = submit("same");
        holder.reset();
        CPPUNIT_ASSERT(held.get() && one.get() && two.get());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, stored());
    }

    /// New, known, known again while such are expected, new again: all told, each stored once.
    void aKeyThatWasThereFailsNobody() {
        CPPUNIT_ASSERT(submit("a").get());
        CPPUNIT_ASSERT(submit("a").get());
        CPPUNIT_ASSERT(submit("a").get());
        CPPUNIT_ASSERT(submit("b").get());
        CPPUNIT_ASSERT(submit("c").get());
        CPPUNIT_ASSERT(submit("b").get());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, stored());
        CPPUNIT_ASSERT_EQUAL(std::string(), said_);
        CPPUNIT_ASSERT(metrics_.text().find("souk_inbox_events_total 3\n") != std::string::npos);
        CPPUNIT_ASSERT(metrics_.text().find("souk_inbox_refused_total 0\n") != std::string::npos);
    }

    void newEventsBesideAKnownKeyWakeTheirLanes() {
        CPPUNIT_ASSERT(submit("known").get());
        const auto other = test::insertIntegration(*database_, store_, "example", "shop-2");
        auto tx = database_->asOwner();
        tx.query("UPDATE webhook_lane SET pending_since = NULL");
        tx.commit();
        auto holder = std::make_unique<store::Transaction>(holding("held"));
        auto held = submit("held");
        while (inbox_->depth() > 0) std::this_thread::yield();
        auto known = submit("known");
        auto fresh = submit("fresh", other);  // both in the next batch
        holder.reset();
        CPPUNIT_ASSERT(held.get() && known.get() && fresh.get());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, stored());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             database_->asWorker()
                                 .query("SELECT count(*) AS n FROM webhook_lane "
                                        "WHERE pending_since IS NOT NULL")[0]
                                 .integer("n"));
    }

    /// Each try waits: one for each of hundreds would keep all of them for minutes.
    void withoutADatabaseAllAreToldAfterTwoTries() {
        store::PoolLimits one;
        one.connections = 1;
        one.wait = std::chrono::milliseconds{200};
        open(one);
        const auto all = database_->asWorker();
        const auto before = database_->usage().waits;
        std::vector<Told> told;
        told.push_back(submit("first"));
        while (inbox_->depth() > 0) std::this_thread::yield();
        for (int i = 0; i < 20; ++i) told.push_back(submit(std::to_string(i)));  // the next batch
        for (auto& delivery : told) CPPUNIT_ASSERT(!delivery.get());
        const auto batches = static_cast<std::uint64_t>(std::ranges::count(said_, '\n'));
        CPPUNIT_ASSERT_EQUAL(2 * batches, database_->usage().waits - before);
        CPPUNIT_ASSERT(said_.find("database.pool.connections") != std::string::npos);
        CPPUNIT_ASSERT(metrics_.text().find("souk_inbox_refused_total 21\n") != std::string::npos);
    }

    void whoeverWaitsWhenItStopsIsToldFirst() {
        auto holder = std::make_unique<store::Transaction>(holding("first"));
        auto first = submit("first");
        while (inbox_->depth() > 0) std::this_thread::yield();
        auto second = submit("second");
        auto end = std::async(std::launch::async, [this] { inbox_.reset(); });
        holder.reset();
        end.get();
        CPPUNIT_ASSERT(first.get() && second.get());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, stored());
    }

    HandClock clock_;
    std::string said_;  ///< errors of the log
    core::Log log_{
        clock_, core::Log::Format::Json, sdk::LogLevel::Error, [this](std::string_view line) {
            said_ += line;
        }};
    core::Metrics metrics_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    core::Uuid integration_;
    std::unique_ptr<Inbox> inbox_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(InboxTest);

}  // namespace souk::webhooks
