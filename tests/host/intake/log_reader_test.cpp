#include "intake/log_reader.hpp"

#include "core/correlation.hpp"
#include "host/intake/hub.hpp"
#include "intake/overview.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::intake {

using namespace souk::test;

namespace {

std::vector<LogEntry> read(const Hub& hub,
                           const LogFilter& filter,
                           const std::optional<core::Uuid>& before = std::nullopt,
                           std::int32_t limit = 100) {
    return hub.inStore(
        [&](store::Transaction& tx) { return readLog(tx, hub.storeId, filter, before, limit); });
}

}  // namespace

class LogReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogReaderTest);
    CPPUNIT_TEST(entriesComeNewestFirstAndPage);
    CPPUNIT_TEST(everyFilterNarrows);
    CPPUNIT_TEST(whatComesOfOneMatterIsFoundByItsId);
    CPPUNIT_TEST(theOverviewCountsLiveRows);
    CPPUNIT_TEST_SUITE_END();

public:
    void entriesComeNewestFirstAndPage() {
        const Hub hub;
        for (int id = 1; id <= 3; ++id) hub.take(orderOf(std::to_string(id), 10));
        const auto all = read(hub, {});
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, all.size());
        CPPUNIT_ASSERT_EQUAL(std::string("3"), all.at(0).externalId);
        const auto rest = read(hub, {}, all.at(0).id, 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rest.size());
        CPPUNIT_ASSERT_EQUAL(std::string("2"), rest.at(0).externalId);
        CPPUNIT_ASSERT(rest.at(0).at == second(1000));
        CPPUNIT_ASSERT(rest.at(0).causeId.has_value());
    }

    void whatComesOfOneMatterIsFoundByItsId() {
        const Hub hub;
        const auto id = core::newId();
        {
            const core::Correlation scope(id);
            hub.take(orderOf("1", 10));
        }
        hub.take(orderOf("2", 10));
        LogFilter filter;
        filter.correlationId = id;
        const auto found = read(hub, filter);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found.size());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), found.front().externalId);
        CPPUNIT_ASSERT(found.front().correlationId == id);
        CPPUNIT_ASSERT(!read(hub, {}).front().correlationId);
    }

    void everyFilterNarrows() {
        const Hub hub;
        hub.take(hub.source(500), {productOf("1", 10), orderOf("2", 10)});
        hub.takeLive(orderOf("3", 10));
        hub.take(orderOf("3", 5));
        LogFilter filter;
        filter.entity = "order";
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, read(hub, filter).size());
        filter.externalId = "3";
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read(hub, filter).size());
        filter.action = "stale";
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read(hub, filter).size());
        filter = {};
        filter.cause = "refetch";
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read(hub, filter).size());
        filter = {};
        filter.since = second(501);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read(hub, filter).size());
        filter = {};
        filter.until = second(501);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read(hub, filter).size());
        filter = {};
        filter.integrationId = core::newId();
        CPPUNIT_ASSERT(read(hub, filter).empty());
        filter = {};
        filter.entityId = read(hub, {}).at(0).entityId;
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read(hub, filter).size());
        filter = {};
        filter.causeId = read(hub, {}).at(0).causeId;
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read(hub, filter).size());
    }

    void theOverviewCountsLiveRows() {
        const Hub hub;
        hub.take(hub.source(),
                 {productOf("1", 10, "a", {variantOf("11"), variantOf("12")}),
                  productOf("2", 10, "b", {variantOf("21")}),
                  customerOf("1", 10),
                  orderOf("1", 10),
                  locationOf("loc-1", 10, "Shop"),
                  levelOf("item-11", 10, 1),
                  deletionOf(sdk::Entity::Product, "2", 20)});
        const Overview overview =
            hub.inStore([&](store::Transaction& tx) { return overviewOf(tx, hub.storeId); });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, overview.products);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, overview.variants);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, overview.customers);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, overview.orders);
        const IntegrationCounts& shop = overview.integrations.at(0);
        CPPUNIT_ASSERT(shop.integrationId == hub.shop);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.products);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, shop.variants);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.locations);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.stockLevels);
        for (const sdk::Entity entity : {sdk::Entity::Product,
                                         sdk::Entity::Customer,
                                         sdk::Entity::Order,
                                         sdk::Entity::Location,
                                         sdk::Entity::Stock})
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.inStore([&](store::Transaction& tx) {
                return countOf(tx, hub.storeId, hub.shop, entity);
            }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogReaderTest);

}  // namespace souk::intake
