#include "host/intake/hub.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <barrier>
#include <functional>
#include <thread>

namespace souk::intake {

using namespace souk::test;

namespace {

/// Runs both at the same moment, each again when the database chose it to break a deadlock.
void together(const std::function<void()>& one, const std::function<void()>& two) {
    std::barrier<> start(2);
    const auto run = [&](const std::function<void()>& work) {
        start.arrive_and_wait();
        for (int attempt = 0; attempt < 5; ++attempt) {
            try {
                return work();
            } catch (const store::Failure& failure) {
                if (!failure.transient()) throw;
            }
        }
    };
    std::thread other([&] { run(two); });
    run(one);
    other.join();
}

std::vector<sdk::Record> pageOf(int seconds, const std::string& title, bool backwards) {
    std::vector<sdk::Record> page;
    for (int at = 0; at < 50; ++at) {
        const std::string id = std::to_string(backwards ? 49 - at : at);
        page.push_back(productOf(id, seconds, title, {variantOf(id + "v", "S" + id)}));
        page.push_back(levelOf("item-" + id + "v", seconds, seconds));
        page.push_back(orderOf(id, seconds, title, {lineOf(id)}));
    }
    return page;
}

}  // namespace

class ConcurrencyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConcurrencyTest);
    CPPUNIT_TEST(ofTwoVersionsAtOnceTheNewerStays);
    CPPUNIT_TEST(theLogTellsWhatWasWritten);
    CPPUNIT_TEST(twoShopsAtOnceStillUnify);
    CPPUNIT_TEST(deletionAndUpdateAtOnceObeyTheirStamps);
    CPPUNIT_TEST_SUITE_END();

public:
    void ofTwoVersionsAtOnceTheNewerStays() {
        const Hub hub;
        for (int round = 0; round < 5; ++round) {
            const int base = 10 + round * 10;
            together([&] { hub.take(hub.source(), pageOf(base, "old", false)); },
                     [&] { hub.take(hub.source(), pageOf(base + 5, "new", true)); });
            CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, hub.count("product WHERE title = 'new'"));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{50},
                                 hub.count("orders WHERE financial_status = 'new'"));
            CPPUNIT_ASSERT_EQUAL(
                std::int64_t{50},
                hub.count("inventory WHERE available = " + std::to_string(base + 5)));
            together([&] { hub.take(hub.source(), pageOf(base + 7, "older", false)); },
                     [&] { hub.take(hub.source(), pageOf(base + 6, "oldest", true)); });
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, hub.count("product"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, hub.count("product_variant"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, hub.count("order_items"));
    }

    void theLogTellsWhatWasWritten() {
        const Hub hub;
        std::atomic<std::int64_t> written{0};
        const auto take = [&](int seconds, bool backwards) {
            const Outcome outcome =
                hub.take(hub.source(), pageOf(seconds, "t" + std::to_string(seconds), backwards));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{150},
                                 outcome.created + outcome.updated + outcome.stale);
            written += outcome.changed();
        };
        for (int round = 0; round < 6; ++round)
            together([&] { take(10 + round * 2, false); }, [&] { take(11 + round * 2, true); });
        CPPUNIT_ASSERT_EQUAL(written.load(),
                             hub.count("sync_log WHERE action IN ('created', 'updated')"));
        CPPUNIT_ASSERT_EQUAL(written.load(), hub.count("change"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{150}, hub.logged("created"));
        // Every write of a product raised its version by one.
        CPPUNIT_ASSERT_EQUAL(hub.number("SELECT sum(version)::bigint AS n FROM product"),
                             hub.count("change WHERE entity = 'product'"));
    }

    void twoShopsAtOnceStillUnify() {
        const Hub hub;
        Source other = hub.source();
        other.integrationId = insertIntegration(*hub.database, hub.storeId, "second", "two");
        other.integrationName = "other";
        together([&] { hub.take(hub.source(), pageOf(10, "a", false)); },
                 [&] { hub.take(other, pageOf(10, "b", true)); });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, hub.count("product"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, hub.count("product_listing"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, hub.count("product_variant"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{50},
            hub.count("product WHERE platform_sync ? 'one' AND platform_sync ? 'other'"));
    }

    void deletionAndUpdateAtOnceObeyTheirStamps() {
        const Hub hub;
        for (int round = 0; round < 10; ++round) {
            const std::string id = std::to_string(round);
            hub.take(productOf(id, 10, "x", {variantOf(id)}));
            together([&] { hub.take(deletionOf(sdk::Entity::Product, id, 20)); },
                     [&] { hub.take(productOf(id, 15, "late", {variantOf(id)})); });
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.count("product WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             hub.count("product_variant WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, hub.logged("deleted"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConcurrencyTest);

}  // namespace souk::intake
