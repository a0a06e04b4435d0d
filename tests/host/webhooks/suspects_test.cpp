#include "host/webhooks/drain_world.hpp"

#include "core/watch.hpp"
#include "loader/guarded.hpp"
#include "store/pauses.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::webhooks {

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

/// Events that a host died with, or that a plugin does not return from.
class SuspectsTest : public DrainFixture {
    CPPUNIT_TEST_SUITE(SuspectsTest);
    CPPUNIT_TEST(suspectsOfADeadHostComeAloneAndTheThirdDeathParks);
    CPPUNIT_TEST(aSuspectThatWasNotInThePluginsHandsIsNotCounted);
    CPPUNIT_TEST(anOutageIsNotTakenForACrash);
    CPPUNIT_TEST(anEventThatNeverReturnsPausesItsIntegrationAndIsParkedAtTheThirdTime);
    CPPUNIT_TEST_SUITE_END();

public:
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

    void anOutageIsNotTakenForACrash() {
        put("k1", "customers/update", R"({"id":"1"})");
        for (int i = 0; i < 5; ++i) {
            die("this-host");  // the lease ran out, but the process lives: same owner
            clock_.advance(1min);
        }
        CPPUNIT_ASSERT(drain().turn());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), list()[0].state);
    }

    void anEventThatNeverReturnsPausesItsIntegrationAndIsParkedAtTheThirdTime() {
        put("k1", "hangs", "{}");
        put("k2", "customers/update", R"({"id":"7"})");
        // Threads that are left behind stand on all of this.
        static auto* const watchKept = new core::CallWatch({500ms, 8}, log_);
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
};
CPPUNIT_TEST_SUITE_REGISTRATION(SuspectsTest);

}  // namespace souk::webhooks
