#include "app/departure.hpp"
#include "world.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::test {

namespace {

const std::vector<std::string> kQuick{"plugins.call_deadline=2s"};

std::string deliveryOf(const std::string& platform,
                       const std::string& account,
                       const std::string& key,
                       const std::string& verify) {
    const auto body = R"({"events":[{"account":")" + account + R"(","key":")" + key +
                      R"(","topic":"t","id":")" + key + R"("}]})";
    return "POST /api/webhooks/" + platform +
           " HTTP/1.1\r\nHost: souk.test\r\nContent-Type: application/json\r\nX-Verify: " + verify +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

/// A plugin that does not come back, in a real host.
class HangTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HangTest);
    CPPUNIT_TEST(anEventThatNeverReturnsPausesItsIntegrationAndNoOther);
    CPPUNIT_TEST(aSyncThatNeverReturnsPausesItsIntegration);
    CPPUNIT_TEST(aSyncThatAsksForEverIsOneThatNeverReturns);
    CPPUNIT_TEST(aDeliveryThatNeverReturnsIsAnsweredAndItsPluginRests);
    CPPUNIT_TEST(tooManyMakeTheHostStopToBeRestarted);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<World> world_;

public:
    void setUp() override { world_ = std::make_unique<World>(); }
    void tearDown() override { world_.reset(); }

    void anEventThatNeverReturnsPausesItsIntegrationAndNoOther() {
        auto& world = *world_;
        const auto sick = world.integration("never_returns", "a");
        const auto healthy = world.integration("never_returns", "b");
        world.put(sick, "fine", "a1");
        world.put(sick, "hang", "a2");
        world.put(sick, "fine", "a3");
        for (int i = 0; i < 10; ++i) world.put(healthy, "fine", "b" + std::to_string(i));
        Host host(world.url, kQuick);
        const auto waiting = [&] { return world.count("webhook WHERE state = 'waiting'"); };
        CPPUNIT_ASSERT(!host.endedBefore([&] { return world.isPaused(sick) && waiting() == 2; }));
        CPPUNIT_ASSERT_EQUAL(
            std::string("The plugin 'never_returns' did not return from webhooks.translate within "
                        "2000 ms and was left behind. Replace the plugin by a mended one, then "
                        "resume the integration."),
            world.row(sick).statusReason.value_or(""));
        CPPUNIT_ASSERT_EQUAL(10L, world.count("customer WHERE external_id ~ '^b'"));
        CPPUNIT_ASSERT_EQUAL(std::string("done"), world.event("a1").state);
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), world.event("a3").state);

        // Twice more, then it is parked and what stood behind it goes on.
        world.resume(host, sick);
        CPPUNIT_ASSERT(!host.endedBefore([&] { return world.isPaused(sick); }));
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), world.event("a2").state);
        world.resume(host, sick);
        CPPUNIT_ASSERT(!host.endedBefore([&] { return world.isPaused(sick); }));
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), world.event("a2").state);
        world.resume(host, sick);
        CPPUNIT_ASSERT(!host.endedBefore([&] { return world.allSettled(); }));
        CPPUNIT_ASSERT_EQUAL(std::string("done"), world.event("a3").state);
        CPPUNIT_ASSERT_EQUAL(1L, world.count("webhook WHERE state = 'dead'"));
        CPPUNIT_ASSERT_EQUAL(0, host.stop());
    }

    void aSyncThatNeverReturnsPausesItsIntegration() {
        auto& world = *world_;
        const auto sick = world.integration("never_returns", "hang");
        const auto healthy = world.integration("never_returns", "b");
        const auto sickRun = world.startSync(sick);
        const auto healthyRun = world.startSync(healthy);
        Host host(world.url, kQuick);
        // A job goes a moment after the run it carried out has ended.
        CPPUNIT_ASSERT(!host.endedBefore([&] {
            return world.run(sickRun).ended() && world.run(healthyRun).status == "complete" &&
                   world.count("job") == 0;
        }));
        CPPUNIT_ASSERT(world.isPaused(sick));
        const auto error = world.row(sick).syncError.value_or("");
        CPPUNIT_ASSERT_MESSAGE(
            error, error.find("did not return from sync.fetch within") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, host.stop());
    }

    void aSyncThatAsksForEverIsOneThatNeverReturns() {
        auto& world = *world_;
        const auto sick = world.integration("never_returns", "asks");
        const auto run = world.startSync(sick);
        Host host(world.url, kQuick);
        CPPUNIT_ASSERT(!host.endedBefore([&] { return world.run(run).ended(); }));
        CPPUNIT_ASSERT(world.isPaused(sick));
        CPPUNIT_ASSERT_EQUAL(0, host.stop());
    }

    void aDeliveryThatNeverReturnsIsAnsweredAndItsPluginRests() {
        auto& world = *world_;
        world.integration("never_returns", "a");
        world.integration("returns_garbage", "c");
        Host host(world.url, kQuick);
        const auto statusOf = [&](const std::string& delivery) {
            const auto answer = support::ask(host.port(), delivery);
            CPPUNIT_ASSERT_MESSAGE(answer.text, answer.complete);
            return answer.status;
        };
        CPPUNIT_ASSERT_EQUAL(200, statusOf(deliveryOf("never_returns", "a", "k1", "fine")));
        CPPUNIT_ASSERT_EQUAL(503, statusOf(deliveryOf("never_returns", "a", "k2", "hang")));
        CPPUNIT_ASSERT_EQUAL(503, statusOf(deliveryOf("never_returns", "a", "k3", "fine")));
        CPPUNIT_ASSERT_EQUAL(200, statusOf(deliveryOf("returns_garbage", "c", "k4", "fine")));
        CPPUNIT_ASSERT_EQUAL(0, host.stop());
    }

    void tooManyMakeTheHostStopToBeRestarted() {
        auto& world = *world_;
        const auto first = world.integration("never_returns", "a");
        const auto second = world.integration("never_returns", "b");
        world.put(first, "hang", "a1");
        world.put(second, "hang", "b1");
        Host host(world.url, {"plugins.call_deadline=2s", "plugins.most_left_behind=2"});
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(app::ExitCode::StartAgain), host.exitCode());
        CPPUNIT_ASSERT(world.isPaused(first) && world.isPaused(second));

        const auto third = world.integration("never_returns", "c");
        world.put(third, "fine", "c1");
        Host next(world.url, kQuick);
        CPPUNIT_ASSERT(!next.endedBefore([&] { return world.event("c1").state == "done"; }));
        CPPUNIT_ASSERT_EQUAL(0, next.stop());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HangTest);

}  // namespace souk::test
