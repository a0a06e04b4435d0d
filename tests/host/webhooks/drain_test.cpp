#include "webhooks/drain.hpp"

#include "core/watch.hpp"
#include "fake_platform.hpp"
#include "loader/guarded.hpp"
#include "store/pauses.hpp"
#include "support/exposition.hpp"
#include "support/test_database.hpp"
#include "webhooks/inbox.hpp"
#include "webhooks/ledger.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <mutex>

namespace souk::webhooks {

using namespace std::chrono_literals;

namespace {

/// Puts calls under a watch, and nothing else.
class Watching final : public loader::PluginCallObserver {
public:
    explicit Watching(core::CallWatch& watch) : watch_(watch) {}
    core::CallWatch* watch() noexcept override { return &watch_; }
    void began(const loader::PluginCall&) noexcept override {}
    void ended(const loader::PluginCall&,
               std::chrono::nanoseconds,
               std::optional<sdk::ErrorKind>) noexcept override {}

private:
    core::CallWatch& watch_;
};

}  // namespace

class DrainTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DrainTest);
    CPPUNIT_TEST(anEventBecomesItsRowsAndItsLogInOneTransaction);
    CPPUNIT_TEST(everyAttemptIsLoggedUnderTheIdOfTheDelivery);
    CPPUNIT_TEST(anOlderEventIsStale);
    CPPUNIT_TEST(anEventThatConcernsNothingIsIgnored);
    CPPUNIT_TEST(anUnreadableEventIsParkedAtOnceWithItsReason);
    CPPUNIT_TEST(aThrowingPluginIsTriedAgainThenParkedAndTheNextEventGoesOn);
    CPPUNIT_TEST(lanesTakeTurns);
    CPPUNIT_TEST(aStubAppliesNoProductNews);
    CPPUNIT_TEST(aReplayedEventIsAppliedAgainHarmlessly);
    CPPUNIT_TEST(aRangeIsReplayed);
    CPPUNIT_TEST(aLostLeaseWritesNothing);
    CPPUNIT_TEST(suspectsOfADeadHostComeAloneAndTheThirdDeathParks);
    CPPUNIT_TEST(aSuspectThatWasNotInThePluginsHandsIsNotCounted);
    CPPUNIT_TEST(anOutageIsNotTakenForACrash);
    CPPUNIT_TEST(anEventThatNeverReturnsPausesItsIntegrationAndIsParkedAtTheThirdTime);
    CPPUNIT_TEST(eventsOfAPausedIntegrationWait);
    CPPUNIT_TEST(eventsWaitForAPluginThatIsNotLoaded);
    CPPUNIT_TEST(workersDrainWhatIsStored);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().fresh();
        store_ = test::insertStore(*database_);
        integration_ = test::insertIntegration(*database_, store_, "example", "shop-1");
    }
    void tearDown() override {
        drain_.reset();
        inbox_.reset();
        database_.reset();
    }

    void anEventBecomesItsRowsAndItsLogInOneTransaction() {
        put("k1", "customers/update", R"({"id":"7","name":"Ann"})");
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(std::string("Ann"),
                             text("SELECT first_name AS v FROM customer WHERE external_id = '7'"));
        CPPUNIT_ASSERT_EQUAL(
            list()[0].id.text(),
            text("SELECT cause_id::text AS v FROM sync_log WHERE external_id = '7'"));
        CPPUNIT_ASSERT(!drain().turn());
    }
    void everyAttemptIsLoggedUnderTheIdOfTheDelivery() {
        const auto id = core::newId();
        put("k1", "throws", "{}", integration_, id);
        put("k2", "customers/update", R"({"id":"7"})", integration_, id);
        drain().turn();
        const auto field = R"(","correlation_id":")" + id.text() + R"(","webhook":")";
        const auto told = [&](const std::string& message) {
            return logged_.find(message + field) != std::string::npos;
        };
        CPPUNIT_ASSERT_MESSAGE(logged_, told("an event could not be applied; it is tried again"));
        CPPUNIT_ASSERT_MESSAGE(logged_, told("applied an event"));
        CPPUNIT_ASSERT_EQUAL(id.text(), text("SELECT correlation_id::text AS v FROM sync_log"));
        const auto figures = test::Exposition::read(metrics_.text());
        CPPUNIT_ASSERT_EQUAL(std::string(), figures.told());
        CPPUNIT_ASSERT_EQUAL(
            1.0,
            figures.sum("souk_rows_total",
                        {{"platform", "example"}, {"cause", "webhook"}, {"action", "created"}}));
        CPPUNIT_ASSERT_EQUAL(2.0, figures.sum("souk_inbox_commit_events", {{"le", "1"}}));
    }
    void anOlderEventIsStale() {
        put("k1", "customers/update", R"({"id":"7","name":"New","at":"2026-11-02T00:00:00Z"})");
        put("k2", "customers/update", R"({"id":"7","name":"Old","at":"2026-11-01T00:00:00Z"})");
        drain().turn();
        CPPUNIT_ASSERT_EQUAL(std::string("stale"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(std::string("New"), text("SELECT first_name AS v FROM customer"));
    }
    void anEventThatConcernsNothingIsIgnored() {
        put("k1", "nothing", "{}");
        drain().turn();
        CPPUNIT_ASSERT_EQUAL(std::string("ignored"), list()[0].state);
    }
    void anUnreadableEventIsParkedAtOnceWithItsReason() {
        put("k1", "bad", "{}");
        drain().turn();
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(std::string("title: missing"), *list()[0].reason);
    }
    void aThrowingPluginIsTriedAgainThenParkedAndTheNextEventGoesOn() {
        put("k1", "throws", "{}");
        put("k2", "customers/update", R"({"id":"7"})");
        drain().turn();
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), list()[1].state);
        for (int i = 0; i < 10 && list()[1].state == "waiting"; ++i) {
            clock_.advance(2h);
            drain().turn();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), list()[1].state);
        CPPUNIT_ASSERT_EQUAL(8, list()[1].attempts);
        CPPUNIT_ASSERT(list()[1].reason->find("boom") != std::string::npos);
    }
    void lanesTakeTurns() {
        const auto other = test::insertIntegration(*database_, store_, "example", "shop-2");
        options_.batch = 5;
        for (int i = 0; i < 50; ++i) put("a" + std::to_string(i), "nothing", "{}");
        put("b", "nothing", "{}", other);
        int turns = 0;
        while (waitingOf(other) > 0 && turns < 20) {
            clock_.advance(1ms);
            drain().turn();
            ++turns;
        }
        CPPUNIT_ASSERT_MESSAGE("the flood went first", turns <= 3);
    }
    void aStubAppliesNoProductNews() {
        auto tx = database_->asWorker();
        tx.query("UPDATE integration SET status = 'disconnected' WHERE id = $1", integration_);
        tx.commit();
        put("k1", "customers/update", R"({"id":"7"})");
        drain().turn();
        CPPUNIT_ASSERT_EQUAL(std::string("ignored"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), text("SELECT count(*)::text AS v FROM customer"));
    }
    void aReplayedEventIsAppliedAgainHarmlessly() {
        put("k1", "customers/update", R"({"id":"7"})");
        drain().turn();
        {
            auto tx = database_->forStore(store_);
            CPPUNIT_ASSERT(Ledger::replay(tx, list()[0].id, clock_.now()));
            CPPUNIT_ASSERT(!Ledger::replay(tx, core::newId(), clock_.now()));
            tx.commit();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), list()[0].state);
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), text("SELECT count(*)::text AS v FROM customer"));
    }
    void aRangeIsReplayed() {
        for (int i = 0; i < 3; ++i) put("k" + std::to_string(i), "bad", "{}");
        put("k9", "nothing", "{}");
        drain().turn();
        auto tx = database_->forStore(store_);
        EventFilter dead;
        dead.state = "dead";
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), Ledger::replay(tx, dead, 100, clock_.now()));
    }
    void aLostLeaseWritesNothing() {
        put("k1", "customers/update", R"({"id":"7"})");
        auto tx = database_->asWorker();
        const auto lane = Lanes::lease(tx, "sleeper", clock_.now(), clock_.now() + 1s);
        const auto events = Lanes::take(tx, *lane, clock_.now(), clock_.now() + 1s, 10);
        tx.commit();
        clock_.advance(2s);
        auto other = database_->asWorker();
        CPPUNIT_ASSERT(Lanes::lease(other, "taker", clock_.now(), clock_.now() + 1min).has_value());
        other.commit();
        auto late = database_->forStore(store_);
        CPPUNIT_ASSERT(!Lanes::settle(late, *lane, events[0], {"done", {}, {}}, clock_.now()));
    }
    void suspectsOfADeadHostComeAloneAndTheThirdDeathParks() {
        put("k1", "customers/update", R"({"id":"1"})");
        put("k2", "customers/update", R"({"id":"2"})");
        die("host-1");  // with both in hand
        for (const auto* host : {"host-2", "host-3"}) {
            clock_.advance(1min);
            die(host);  // with the first alone in hand
        }
        clock_.advance(1min);
        while (drain().turn()) clock_.advance(1s);
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), list()[1].state);
        CPPUNIT_ASSERT(list()[1].reason->find("the host ended") != std::string::npos);
    }
    void aSuspectThatWasNotInThePluginsHandsIsNotCounted() {
        put("k1", "customers/update", R"({"id":"1"})");
        die("host-1");
        for (int i = 0; i < 5; ++i) {  // others end these hosts while the suspect waits its turn
            clock_.advance(1min);
            auto tx = database_->asWorker();
            const auto lane =
                Lanes::lease(tx, "host-" + std::to_string(2 + i), clock_.now(), clock_.now() + 1s);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), lane->suspects.size());
            CPPUNIT_ASSERT_EQUAL(
                std::size_t(1), Lanes::take(tx, *lane, clock_.now(), clock_.now() + 1s, 10).size());
            tx.commit();
        }
        clock_.advance(1min);
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
    }
    void anEventThatNeverReturnsPausesItsIntegrationAndIsParkedAtTheThirdTime() {
        put("k1", "hangs", "{}");
        put("k2", "customers/update", R"({"id":"7"})");
        // Threads that are left behind stand on all of this.
        static auto* const watchKept = new core::CallWatch({100ms, 8}, log_);
        auto& watch = *watchKept;
        static auto* const observer = new Watching(watch);
        catalog_.observe(observer);
        watch.start();
        static Drain* workersKept = nullptr;
        workersKept =
            new Drain(*database_, catalog_, clock_, log_, metrics_, {.owner = "this-host"});
        auto& workers = *workersKept;
        workers.start();
        for (const auto* state : {"waiting", "waiting", "dead"}) {
            CPPUNIT_ASSERT(becomes([&] { return statusOf() == "paused"; }));
            CPPUNIT_ASSERT(reasonOf().find("did not return from webhooks.translate") !=
                           std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(state), list()[1].state);
            CPPUNIT_ASSERT_EQUAL(std::string("waiting"), list()[0].state);
            auto tx = database_->forStore(store_);
            CPPUNIT_ASSERT(store::Pauses::end(tx, integration_, clock_.now()));
            Lanes::wake(tx, integration_, clock_.now());
            tx.commit();
            workers.wake();
        }
        CPPUNIT_ASSERT(becomes([&] { return list()[0].state == "done"; }));
        CPPUNIT_ASSERT_EQUAL(std::string("connected"), statusOf());
        workers.stop();  // does not wait for those that were left behind
        watch.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), watch.leftBehind());
    }
    void eventsOfAPausedIntegrationWait() {
        put("k1", "customers/update", R"({"id":"7"})");
        auto tx = database_->forStore(store_);
        CPPUNIT_ASSERT(store::Pauses::begin(tx, integration_, "by the test", clock_.now()));
        tx.commit();
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT(!drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(0, list()[0].attempts);
        auto again = database_->forStore(store_);
        CPPUNIT_ASSERT(store::Pauses::end(again, integration_, clock_.now()));
        Lanes::wake(again, integration_, clock_.now());
        again.commit();
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
    }
    void anOutageIsNotTakenForACrash() {
        put("k1", "customers/update", R"({"id":"1"})");
        for (int i = 0; i < 5; ++i) {
            die("this-host");  // the lease ran out, but the process lives: same owner
            clock_.advance(1min);
        }
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
    }
    void eventsWaitForAPluginThatIsNotLoaded() {
        put("k1", "customers/update", R"({"id":"1"})");
        const loader::Catalog empty;
        Drain idle(*database_, empty, clock_, log_, metrics_, options_);
        CPPUNIT_ASSERT(idle.turn());
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(0, list()[0].attempts);
        clock_.advance(2min);
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
    }
    void workersDrainWhatIsStored() {
        for (int i = 0; i < 60; ++i)
            put("k" + std::to_string(i),
                "customers/update",
                R"({"id":")" + std::to_string(i) + "\"}");
        Drain workers(*database_, catalog_, clock_, log_, metrics_, options_);
        workers.start();
        for (int i = 0; i < 600 && waitingOf(integration_) > 0; ++i) {
            workers.wake();
            std::this_thread::yield();
            std::promise<void>().get_future().wait_for(10ms);
        }
        workers.stop();
        CPPUNIT_ASSERT_EQUAL(0L, waitingOf(integration_));
        CPPUNIT_ASSERT_EQUAL(std::string("60"), text("SELECT count(*)::text AS v FROM customer"));
    }

private:
    Drain& drain() {
        drain_ = std::make_unique<Drain>(*database_, catalog_, clock_, log_, metrics_, options_);
        return *drain_;
    }
    void put(const std::string& key, const std::string& topic, const std::string& body) {
        put(key, topic, body, integration_);
    }
    void put(const std::string& key,
             const std::string& topic,
             const std::string& body,
             const core::Uuid& integration,
             const std::optional<core::Uuid>& correlation = std::nullopt) {
        if (!inbox_)
            inbox_ = std::make_unique<Inbox>(*database_, clock_, log_, metrics_, InboxLimits());
        std::promise<bool> promise;
        NewEvent event{core::newId(),
                       store_,
                       integration,
                       "example",
                       topic,
                       key,
                       "shop-1",
                       {},
                       "{}",
                       body,
                       {},
                       correlation};
        CPPUNIT_ASSERT(inbox_->submit({event}, [&](bool durable) { promise.set_value(durable); }));
        CPPUNIT_ASSERT(promise.get_future().get());
    }
    /// Leases the lane and takes events as a worker does, then is never heard of again; a suspect
    /// was in the plugin's hands.
    void die(const std::string& owner) {
        auto tx = database_->asWorker();
        const auto lane = Lanes::lease(tx, owner, clock_.now(), clock_.now() + 1s);
        CPPUNIT_ASSERT(lane.has_value());
        const auto events = Lanes::take(tx, *lane, clock_.now(), clock_.now() + 1s, 10);
        CPPUNIT_ASSERT(!events.empty());
        if (!lane->suspects.empty())
            CPPUNIT_ASSERT(Lanes::countCrash(tx, *lane, events.front(), 1));
        tx.commit();
    }
    std::vector<ListedEvent> list() {
        auto tx = database_->forStore(store_);
        return Ledger::list(tx, {}, {}, 250);
    }
    std::int64_t waitingOf(const core::Uuid& integration) {
        auto tx = database_->forStore(store_);
        return tx
            .query(
                "SELECT count(*) AS n FROM webhook WHERE integration_id = $1 AND state = 'waiting'",
                integration)[0]
            .integer("n");
    }
    static bool becomes(const std::function<bool()>& so) {
        for (int i = 0; i < 6000 && !so(); ++i) std::this_thread::sleep_for(10ms);
        return so();
    }
    std::string statusOf() { return text("SELECT status AS v FROM integration"); }
    std::string reasonOf() { return text("SELECT status_reason AS v FROM integration"); }
    std::string text(std::string_view sql) {
        auto tx = database_->forStore(store_);
        const auto rows = tx.query(sql);
        return rows.empty() ? "(no row)" : rows[0].text("v");
    }

    HandClock clock_;
    std::string logged_;
    std::mutex logMutex_;
    core::Log log_{
        clock_, core::Log::Format::Json, sdk::LogLevel::Info, [this](std::string_view line) {
            const std::lock_guard lock(logMutex_);
            logged_.append(line);
        }};
    core::Metrics metrics_;
    std::shared_ptr<FakePlugin> plugin_ = std::make_shared<FakePlugin>();
    loader::Catalog catalog_ = catalogWith(plugin_);
    DrainOptions options_{.owner = "this-host"};
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<Inbox> inbox_;
    std::unique_ptr<Drain> drain_;
    core::Uuid store_;
    core::Uuid integration_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(DrainTest);

}  // namespace souk::webhooks
