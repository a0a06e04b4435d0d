#include "net/budget.hpp"

#include "host/net/fake_time.hpp"
#include "support/test_database.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::net {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Rate kRate{100, 10};

}  // namespace

class BudgetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BudgetTest);
    CPPUNIT_TEST(aFullBucketGrantsAtOnce);
    CPPUNIT_TEST(anEmptyBucketIsWaitedFor);
    CPPUNIT_TEST(twoHostsShareOneBucket);
    CPPUNIT_TEST(aClockBehindDoesNotRefill);
    CPPUNIT_TEST(lowerPrioritiesLeaveAReserve);
    CPPUNIT_TEST(aRequestDearerThanTheBucketWaitsForAFullOne);
    CPPUNIT_TEST(aWaitBeyondPatienceIsRateLimitedWithItsLength);
    CPPUNIT_TEST(stopEndsTheWait);
    CPPUNIT_TEST(thePlatformsFiguresReplaceOurs);
    CPPUNIT_TEST(requestsInHandAreSubtracted);
    CPPUNIT_TEST(figuresThatTellNoSizeKeepOurs);
    CPPUNIT_TEST(waitsAreCounted);
    CPPUNIT_TEST(aBucketThatNeverRefillsDoesNotDivideByZero);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().fresh();
        key_.store = test::insertStore(*database_);
        key_.integration = test::insertIntegration(*database_, key_.store);
        budget_ = std::make_unique<Budget>(*database_, time_, time_, metrics_);
    }

    void aFullBucketGrantsAtOnce() {
        CPPUNIT_ASSERT(take(60, Priority::Live));
        CPPUNIT_ASSERT(take(40, Priority::Live));
        CPPUNIT_ASSERT_EQUAL(0, time_.waits());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0, available(), 1e-6);
    }

    void anEmptyBucketIsWaitedFor() {
        CPPUNIT_ASSERT(take(100, Priority::Live));
        CPPUNIT_ASSERT(take(25, Priority::Live));
        CPPUNIT_ASSERT(time_.waited() >= milliseconds(2500));
        CPPUNIT_ASSERT(time_.waited() < milliseconds(3000));
    }

    void twoHostsShareOneBucket() {
        testing::FakeTime otherTime;
        Budget other(*database_, otherTime, otherTime, metrics_);
        CPPUNIT_ASSERT(take(100, Priority::Live));
        CPPUNIT_ASSERT(other.take(ask(10, Priority::Live), otherTime.now() + seconds(60), {}));
        CPPUNIT_ASSERT(otherTime.waited() >= milliseconds(1000));
    }

    void aClockBehindDoesNotRefill() {
        testing::FakeTime ahead;
        ahead.advance(seconds(5));
        Budget other(*database_, ahead, ahead, metrics_);
        CPPUNIT_ASSERT(other.take(ask(100, Priority::Live), ahead.now(), {}));
        CPPUNIT_ASSERT(!budget_->take(ask(1, Priority::Live), time_.now() + seconds(0), {}));
        time_.advance(seconds(5));
        CPPUNIT_ASSERT(!budget_->take(ask(1, Priority::Live), time_.now() + seconds(0), {}));
        time_.advance(seconds(1));
        CPPUNIT_ASSERT(budget_->take(ask(1, Priority::Live), time_.now(), {}));
    }

    void lowerPrioritiesLeaveAReserve() {
        CPPUNIT_ASSERT(take(65, Priority::Live));  // 35 left
        CPPUNIT_ASSERT(takeNow(5, Priority::Scheduled));
        CPPUNIT_ASSERT(!takeNow(1, Priority::Scheduled));
        CPPUNIT_ASSERT(takeNow(10, Priority::Manual));
        CPPUNIT_ASSERT(!takeNow(1, Priority::Manual));
        CPPUNIT_ASSERT(takeNow(10, Priority::WebhookFollowUp));
        CPPUNIT_ASSERT(!takeNow(1, Priority::WebhookFollowUp));
        CPPUNIT_ASSERT(takeNow(10, Priority::Live));
        CPPUNIT_ASSERT(!takeNow(1, Priority::Live));
    }

    void aRequestDearerThanTheBucketWaitsForAFullOne() {
        CPPUNIT_ASSERT(take(50, Priority::Live));
        CPPUNIT_ASSERT(take(500, Priority::Scheduled));
        CPPUNIT_ASSERT(time_.waited() >= seconds(5));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(-400, available(), 1);
    }

    void aWaitBeyondPatienceIsRateLimitedWithItsLength() {
        CPPUNIT_ASSERT(take(100, Priority::Live));
        const auto refused = budget_->take(ask(50, Priority::Live), time_.now() + seconds(1), {});
        CPPUNIT_ASSERT(!refused);
        CPPUNIT_ASSERT(refused.error().kind == sdk::ErrorKind::RateLimited);
        CPPUNIT_ASSERT(refused.error().retryAfter == milliseconds(5000));
        CPPUNIT_ASSERT_EQUAL(0, time_.waits());
    }

    void stopEndsTheWait() {
        CPPUNIT_ASSERT(take(100, Priority::Live));
        std::stop_source stop;
        time_.duringWaits([&] { stop.request_stop(); });
        const auto refused =
            budget_->take(ask(90, Priority::Live), time_.now() + seconds(60), stop.get_token());
        CPPUNIT_ASSERT(!refused);
        CPPUNIT_ASSERT(refused.error().kind == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT_EQUAL(1, time_.waits());
    }

    void thePlatformsFiguresReplaceOurs() {
        auto taken = take(10, Priority::Live);
        CPPUNIT_ASSERT(taken);
        budget_->correct(key_, figures(1990, 2000, 100), *std::move(taken));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1990, available(), 1e-6);
        CPPUNIT_ASSERT(takeNow(1000, Priority::Scheduled));
    }

    void requestsInHandAreSubtracted() {
        const auto other = take(30, Priority::Live);
        CPPUNIT_ASSERT(other);
        auto taken = take(10, Priority::Live);
        CPPUNIT_ASSERT(taken);
        budget_->correct(key_, figures(95, 100, 10), *std::move(taken));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(65, available(), 1e-6);
    }

    void figuresThatTellNoSizeKeepOurs() {
        auto taken = take(10, Priority::Live);
        CPPUNIT_ASSERT(taken);
        budget_->correct(key_, figures(0, 0, 0), *std::move(taken));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0, available(), 1e-6);
        CPPUNIT_ASSERT(take(10, Priority::Live));
        CPPUNIT_ASSERT(time_.waited() >= milliseconds(1000));
    }

    void waitsAreCounted() {
        CPPUNIT_ASSERT(take(100, Priority::Live));
        CPPUNIT_ASSERT(take(10, Priority::Live));
        CPPUNIT_ASSERT(metrics_.text().find("souk_net_throttle_waits_total 1") !=
                       std::string::npos);
    }

    void aBucketThatNeverRefillsDoesNotDivideByZero() {
        auto never = ask(100, Priority::Live);
        never.rate = {100, 0};
        CPPUNIT_ASSERT(budget_->take(never, time_.now(), {}));
        const auto refused = budget_->take(never, time_.now() + seconds(60), {});
        CPPUNIT_ASSERT(!refused);
        CPPUNIT_ASSERT(refused.error().kind == sdk::ErrorKind::RateLimited);
    }

private:
    Budget::Ask ask(double cost, Priority priority) const { return {key_, kRate, cost, priority}; }

    sdk::Result<Budget::Taken> take(double cost, Priority priority) {
        return budget_->take(ask(cost, priority), time_.now() + seconds(60), {});
    }
    bool takeNow(double cost, Priority priority) {
        return static_cast<bool>(budget_->take(ask(cost, priority), time_.now(), {}));
    }
    static sdk::Throttle figures(double available, double capacity, double restore) {
        sdk::Throttle told;
        told.available = available;
        told.capacity = capacity;
        told.restorePerSecond = restore;
        return told;
    }
    double available() {
        auto tx = database_->forStore(key_.store);
        return tx.query("SELECT available FROM rate_budget")[0].real("available");
    }

    testing::FakeTime time_;
    core::Metrics metrics_;
    std::unique_ptr<store::Database> database_;
    AccountKey key_;
    std::unique_ptr<Budget> budget_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(BudgetTest);

}  // namespace souk::net
