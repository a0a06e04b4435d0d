#include "world.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <map>

namespace souk::test {

/// A plugin that answers what no platform can mean: the sound record beside it is taken, the
/// garbage is a reject with its reason, and pages that never end are a failed attempt.
class GarbageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GarbageTest);
    CPPUNIT_TEST(garbageInAnEventIsRejectedAndTheRestTaken);
    CPPUNIT_TEST(garbageInAPageIsRejectedAndTheRestTaken);
    CPPUNIT_TEST(pagesThatNeverEndAreAFailedAttempt);
    CPPUNIT_TEST_SUITE_END();

    const std::map<std::string, std::string> reasons_{
        {"no-id", "the record has no id"},
        {"no-text", "PostgreSQL cannot keep one of its values (SQLSTATE 22021)"},
        {"zero-byte", "PostgreSQL cannot keep one of its values (SQLSTATE 22021)"},
        {"giant-id", "the record's id is longer than 1000 bytes"},
        {"negative-price", "the price of variant v is below zero"},
        {"no-currency", "the price of variant v is in no currency there is"}};

    std::string rejectedOf(const core::Uuid& integration) {
        return world_->text(
            "SELECT detail AS v FROM sync_log WHERE action = 'rejected' AND "
            "integration_id = '" +
            integration.text() + "'");
    }
    std::int64_t soundOf(const core::Uuid& integration) {
        return world_->count("customer WHERE external_id = 'sound' AND integration_id = '" +
                             integration.text() + "'");
    }

    std::unique_ptr<World> world_;

public:
    void setUp() override { world_ = std::make_unique<World>(); }
    void tearDown() override { world_.reset(); }

    void garbageInAnEventIsRejectedAndTheRestTaken() {
        auto& world = *world_;
        std::map<std::string, core::Uuid> integrations;
        for (const auto& [what, reason] : reasons_) {
            integrations[what] = world.integration("returns_garbage", "event-" + what);
            world.put(integrations[what], what, what);
        }
        const auto giant = world.integration("returns_garbage", "event-giant-text");
        world.put(giant, "giant-text", "giant-text");
        Host host(world.url, {});
        CPPUNIT_ASSERT(!host.endedBefore([&] { return world.allSettled(); }));
        for (const auto& [what, reason] : reasons_) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("done"), world.event(what).state);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, reason, rejectedOf(integrations[what]));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::int64_t(1), soundOf(integrations[what]));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("done"), world.event("giant-text").state);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), soundOf(giant));
        CPPUNIT_ASSERT_EQUAL(0, host.stop());
    }

    void garbageInAPageIsRejectedAndTheRestTaken() {
        auto& world = *world_;
        std::map<std::string, core::Uuid> runs;
        for (const auto& [what, reason] : reasons_)
            runs[what] = world.startSync(world.integration("returns_garbage", what));
        Host host(world.url, {});
        CPPUNIT_ASSERT(!host.endedBefore([&] {
            return std::all_of(runs.begin(), runs.end(), [&](const auto& one) {
                return world.run(one.second).ended();
            });
        }));
        for (const auto& [what, reason] : reasons_) {
            const auto run = world.run(runs[what]);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("incomplete"), run.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::int64_t(1), run.rejects);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, reason, rejectedOf(run.integrationId));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::int64_t(1), soundOf(run.integrationId));
        }
        CPPUNIT_ASSERT_EQUAL(0, host.stop());
    }

    void pagesThatNeverEndAreAFailedAttempt() {
        auto& world = *world_;
        const std::map<std::string, std::string> faults{
            {"same-cursor", "moves no cursor"},
            {"circle", "go in circles"},
            {"endless", "100 pages in a row that bring nothing new"},
            {"bad-cursor", "a cursor that is no text"}};
        std::map<std::string, core::Uuid> runs;
        for (const auto& [what, fault] : faults)
            runs[what] = world.startSync(world.integration("returns_garbage", what));
        Host host(world.url, {"sync.first_retry=1ms"});
        for (const auto& [what, fault] : faults) {
            CPPUNIT_ASSERT(!host.endedBefore(
                [&, run = runs[what]] { return world.run(run).status == "waiting"; }));
            const auto error = world.run(runs[what]).error.value_or("");
            CPPUNIT_ASSERT_MESSAGE(what + ": " + error, error.find(fault) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(0, host.stop());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(GarbageTest);

}  // namespace souk::test
