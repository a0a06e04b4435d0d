#include "host/webhooks/drain_world.hpp"

#include "store/pauses.hpp"
#include "support/exposition.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::webhooks {

class DrainTest : public DrainFixture {
    CPPUNIT_TEST_SUITE(DrainTest);
    CPPUNIT_TEST(anEventBecomesItsRowsAndItsLogInOneTransaction);
    CPPUNIT_TEST(everyAttemptIsLoggedUnderTheIdOfTheDelivery);
    CPPUNIT_TEST(anOlderEventIsStale);
    CPPUNIT_TEST(anEventThatConcernsNothingIsIgnored);
    CPPUNIT_TEST(anUnreadableEventIsParkedAtOnceWithItsReason);
    CPPUNIT_TEST(aThrowingPluginIsTriedAgainThenParkedAndTheNextEventGoesOn);
    CPPUNIT_TEST(anEventThatRestsHoldsNoOther);
    CPPUNIT_TEST(lanesTakeTurns);
    CPPUNIT_TEST(aStubAppliesNoProductNews);
    CPPUNIT_TEST(aReplayedEventIsAppliedAgainHarmlessly);
    CPPUNIT_TEST(aRangeIsReplayed);
    CPPUNIT_TEST(aLostLeaseWritesNothing);
    CPPUNIT_TEST(eventsOfAPausedIntegrationWait);
    CPPUNIT_TEST(eventsWaitForAPluginThatIsNotLoaded);
    CPPUNIT_TEST(workersDrainWhatIsStored);
    CPPUNIT_TEST_SUITE_END();

public:
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
    void anEventThatRestsHoldsNoOther() {
        put("k1", "throws", "{}");
        drain().turn();
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), list()[0].state);
        CPPUNIT_ASSERT(!drain().turn());
        put("k2", "customers/update", R"({"id":"7"})");
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
        CPPUNIT_ASSERT_EQUAL(1, list()[1].attempts);
        CPPUNIT_ASSERT_MESSAGE("the other rests on", !drain().turn());
        clock_.advance(2h);
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(2, list()[1].attempts);
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
};
CPPUNIT_TEST_SUITE_REGISTRATION(DrainTest);

}  // namespace souk::webhooks
