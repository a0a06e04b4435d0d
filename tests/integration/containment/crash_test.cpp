#include "world.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::test {

namespace {

/// Leases run out soon, so that the next host need not wait long for them.
const std::vector<std::string> kQuick{"webhooks.lease=10s", "jobs.lease=10s"};

}  // namespace

/// A plugin that takes the process with it, among hosts that are started again as systemd would.
class CrashTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashTest);
    CPPUNIT_TEST(anEventThatEndsTheHostIsParkedAloneAtTheThirdTime);
    CPPUNIT_TEST(aSyncThatEndsTheHostIsBuriedAloneAtTheThirdTime);
    CPPUNIT_TEST_SUITE_END();

    /// Starts hosts until one brings it about that `so`; how many were killed before.
    int crashesUntil(std::unique_ptr<Host>& host, const std::function<bool()>& so) {
        constexpr int kMost = 10;
        for (int crashes = 0; crashes < kMost; ++crashes) {
            host = std::make_unique<Host>(world_->url, kQuick);
            if (!host->endedBefore(so)) return crashes;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(host->log(), -1, host->exitCode());
        }
        CPPUNIT_FAIL("it never stays up:\n" + host->log());
        return 0;
    }

    std::unique_ptr<World> world_;

public:
    void setUp() override { world_ = std::make_unique<World>(); }
    void tearDown() override { world_.reset(); }

    void anEventThatEndsTheHostIsParkedAloneAtTheThirdTime() {
        auto& world = *world_;
        const auto sick = world.integration("ends_the_host", "a");
        const auto twin = world.integration("ends_the_host", "b");
        const auto other = world.integration("returns_garbage", "c");
        for (int i = 0; i < 8; ++i) {
            const auto number = std::to_string(i);
            world.put(sick, i == 3 ? "poison" : "fine", "a" + number);
            world.put(twin, "fine", "b" + number);
            world.put(other, "fine", "c" + number);
        }
        std::unique_ptr<Host> host;
        const int crashes = crashesUntil(host, [&] { return world.allSettled(); });
        CPPUNIT_ASSERT_EQUAL(3, crashes);

        const auto poison = world.event("a3");
        CPPUNIT_ASSERT_EQUAL(std::string("dead"), poison.state);
        CPPUNIT_ASSERT_EQUAL(
            std::string("the host ended 3 times while this event was in the plugin's hands"),
            poison.reason.value_or(""));
        CPPUNIT_ASSERT_EQUAL(1L, world.count("webhook WHERE state = 'dead'"));
        CPPUNIT_ASSERT_EQUAL(23L, world.count("webhook WHERE state = 'done'"));
        // Each innocent once: its row, and one line of the log that says so.
        CPPUNIT_ASSERT_EQUAL(15L, world.count("customer WHERE external_id ~ '^[ab]'"));
        CPPUNIT_ASSERT_EQUAL(
            15L, world.count("sync_log WHERE action = 'created' AND external_id ~ '^[ab]'"));

        // The host stays up, and so does the lane.
        world.put(sick, "fine", "a9");
        CPPUNIT_ASSERT(!host->endedBefore([&] { return world.allSettled(); }));
        CPPUNIT_ASSERT_EQUAL(std::string("done"), world.event("a9").state);
        CPPUNIT_ASSERT_EQUAL(0, host->stop());
    }

    void aSyncThatEndsTheHostIsBuriedAloneAtTheThirdTime() {
        auto& world = *world_;
        const auto sick = world.integration("ends_the_host", "poison");
        const auto healthy = world.integration("ends_the_host", "healthy");
        const auto sickRun = world.startSync(sick);
        const auto healthyRun = world.startSync(healthy);
        std::unique_ptr<Host> host;
        const int crashes = crashesUntil(host, [&] {
            return world.isPaused(sick) && world.run(healthyRun).status == "complete";
        });
        CPPUNIT_ASSERT_EQUAL(3, crashes);
        CPPUNIT_ASSERT_EQUAL(1L, world.count("job WHERE state = 'dead'"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("The host ended 3 times while a plugin had this sync job in hand."),
            world.text("SELECT reason AS v FROM job WHERE state = 'dead'"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("The host ended 3 times while a plugin had this sync job in hand. Replace "
                        "the plugin by a mended one, then resume the integration."),
            world.row(sick).statusReason.value_or(""));
        CPPUNIT_ASSERT_EQUAL(9L,  // six of the healthy one, three before the poison
                             world.count("customer WHERE external_id ~ '^synced-'"));
        CPPUNIT_ASSERT_EQUAL(0, host->stop());

        // Whoever looks after the runs next ends it with the reason.
        host = std::make_unique<Host>(world.url, kQuick);
        CPPUNIT_ASSERT(!host->endedBefore([&] { return world.run(sickRun).ended(); }));
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), world.run(sickRun).status);
        const auto error = world.run(sickRun).error.value_or("");
        CPPUNIT_ASSERT_MESSAGE(error, error.starts_with("The host ended 3 times"));
        CPPUNIT_ASSERT_EQUAL(0, host->stop());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrashTest);

}  // namespace souk::test
