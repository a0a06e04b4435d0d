#include "sync/progress.hpp"

#include "host/sync/fake_hub.hpp"

#include <souk/sdk/json.hpp>

namespace souk::sync {

class ProgressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProgressTest);
    CPPUNIT_TEST(rateAndTimeLeftComeFromTheFirstPageOn);
    CPPUNIT_TEST(theJsonHasEveryNumber);
    CPPUNIT_TEST(anUnknownRunIsNone);
    CPPUNIT_TEST_SUITE_END();

    /// Two of ten customers are here after two seconds.
    static core::Uuid begun(test::FakeHub& hub) {
        auto& source = hub.plugin->customers;
        for (int i = 0; i < 10; ++i) source.records.push_back(test::customer(std::to_string(i)));
        hub.limits.slice = std::chrono::milliseconds(0);
        const auto run = hub.start({sdk::Entity::Customer});
        hub.work("sync");
        hub.clock.advance(std::chrono::seconds(2));
        return run;
    }

    void rateAndTimeLeftComeFromTheFirstPageOn() {
        test::FakeHub hub;
        const auto progress = hub.progress(begun(hub));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, progress.processed);
        CPPUNIT_ASSERT(progress.total == 10);
        CPPUNIT_ASSERT(progress.ratePerSecond);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, *progress.ratePerSecond, 0.01);
        CPPUNIT_ASSERT(progress.secondsLeft == 8);
        CPPUNIT_ASSERT(!progress.ended());
    }

    void theJsonHasEveryNumber() {
        test::FakeHub hub;
        const auto run = begun(hub);
        const auto json = sdk::Json::parse(toJson(hub.progress(run)));
        CPPUNIT_ASSERT(json);
        CPPUNIT_ASSERT_EQUAL(run.text(), *json->text("id"));
        CPPUNIT_ASSERT_EQUAL(std::string("1.0"), *json->text("rate_per_second"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, *json->integer("seconds_left"));
        CPPUNIT_ASSERT(!json->has("error"));
        CPPUNIT_ASSERT(!json->has("finished_at"));
        const auto entities = json->items("entities");
        CPPUNIT_ASSERT(entities && entities->size() == 1);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, *entities->at(0).integer("total"));
        CPPUNIT_ASSERT_EQUAL(std::string("running"), *entities->at(0).text("status"));
    }

    void anUnknownRunIsNone() {
        test::FakeHub hub;
        CPPUNIT_ASSERT(!hub.service.status(hub.storeId, core::newId()));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ProgressTest);

}  // namespace souk::sync
