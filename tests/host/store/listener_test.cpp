#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <thread>

namespace souk::store {

using namespace std::chrono_literals;

namespace {

constexpr const char* kListening = R"sql(
SELECT count(*) AS n FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN%')sql";
constexpr const char* kKillListener = R"sql(
SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 10000)) AS n FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN%')sql";

}  // namespace

class ListenerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ListenerTest);
    CPPUNIT_TEST(theFirstWaitTellsThatSomethingMayHaveBeenMissed);
    CPPUNIT_TEST(aNotificationWakesTheWaiter);
    CPPUNIT_TEST(aNotificationThatCameBeforeTheWaitIsNotLost);
    CPPUNIT_TEST(otherChannelsDoNotWake);
    CPPUNIT_TEST(silenceEndsWithTheTimeout);
    CPPUNIT_TEST(aStopWakesTheWaiterAtOnce);
    CPPUNIT_TEST(aLostConnectionIsReplacedAndTold);
    CPPUNIT_TEST(anAbsentServerIsAQuietTimeout);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        url_ = test::TestDatabase::instance().emptyUrl();
        database_ = std::make_unique<Database>(url_, PoolLimits{});
        listener_ = std::make_unique<Listener>(url_, "souk Job");
    }
    void tearDown() override {
        listener_.reset();
        database_.reset();
    }

private:
    void notify(const std::string& channel) {
        auto transaction = database_->asLogin();
        transaction.query("SELECT pg_notify($1, '')::text", channel);
        transaction.commit();
    }

    void theFirstWaitTellsThatSomethingMayHaveBeenMissed() {
        CPPUNIT_ASSERT(listener_->wait(10s, {}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             database_->asLogin().query(kListening)[0].integer("n"));
    }

    void aNotificationWakesTheWaiter() {
        listener_->wait(10s, {});
        auto waiting = std::async(std::launch::async, [&] { return listener_->wait(30s, {}); });
        notify("souk Job");
        CPPUNIT_ASSERT(waiting.get());
    }

    void aNotificationThatCameBeforeTheWaitIsNotLost() {
        listener_->wait(10s, {});
        notify("souk Job");
        CPPUNIT_ASSERT(listener_->wait(30s, {}));
        CPPUNIT_ASSERT(!listener_->wait(0ms, {}));
    }

    void otherChannelsDoNotWake() {
        listener_->wait(10s, {});
        notify("souk job");
        CPPUNIT_ASSERT(!listener_->wait(50ms, {}));
    }

    void silenceEndsWithTheTimeout() {
        listener_->wait(10s, {});
        const auto before = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT(!listener_->wait(30ms, {}));
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - before >= 30ms);
    }

    void aStopWakesTheWaiterAtOnce() {
        listener_->wait(10s, {});
        std::stop_source source;
        auto waiting = std::async(std::launch::async,
                                  [&] { return listener_->wait(600s, source.get_token()); });
        source.request_stop();
        CPPUNIT_ASSERT(!waiting.get());
        CPPUNIT_ASSERT(!listener_->wait(600s, source.get_token()));
    }

    void aLostConnectionIsReplacedAndTold() {
        listener_->wait(10s, {});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             database_->asLogin().query(kKillListener)[0].integer("n"));
        CPPUNIT_ASSERT(listener_->wait(30s, {}));
        notify("souk Job");
        CPPUNIT_ASSERT(listener_->wait(30s, {}));
    }

    void anAbsentServerIsAQuietTimeout() {
        const test::TestFolder nobody("none");
        Listener deaf("postgresql://souk@/souk?host=" + nobody.path().string(), "souk_job");
        CPPUNIT_ASSERT(!deaf.wait(20ms, {}));
        std::stop_source source;
        source.request_stop();
        CPPUNIT_ASSERT(!deaf.wait(600s, source.get_token()));
    }

    std::string url_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<Listener> listener_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListenerTest);

}  // namespace souk::store
