#include "inventory/writer.hpp"

#include "host/intake/world.hpp"
#include "inventory/reader.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::inventory {

using namespace souk::test;

namespace {

constexpr std::string_view kVariant = R"(
INSERT INTO variant_listing (store_id, id, integration_id, listing_id, variant_id, external_id,
                             inventory_item_id, position)
VALUES ($1, $2, $3, $2, $4, '11', 'item-11', 1))";

struct Shop : World {
    store::Verdict put(const sdk::StockLevel& level, bool authoritative = false) const {
        store::RecordScope by = scope();
        by.authoritative = authoritative;
        return inStore(
            [&](store::Transaction& tx) { return writeLevels(tx, by, {&level}).at(0).verdict; });
    }
    store::Verdict gone(const std::string& key,
                        std::optional<sdk::Timestamp> at,
                        store::Rule* rule = store::ruleOnDeletion) const {
        return inStore([&](store::Transaction& tx) {
            return removeLevels(tx, scope(), {{key, at}}, rule).at(0).verdict;
        });
    }
    std::string available() const {
        return text("SELECT available::text AS n FROM inventory WHERE deleted_at IS NULL");
    }
};

}  // namespace

class InventoryWriterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InventoryWriterTest);
    CPPUNIT_TEST(levelsObeyTheGuards);
    CPPUNIT_TEST(notTrackedIsNotZero);
    CPPUNIT_TEST(aLevelDisconnectedAndBackIsAskedFor);
    CPPUNIT_TEST(aConfirmedAbsenceLeavesRoomForAComeback);
    CPPUNIT_TEST(aLevelMayComeBeforeItsProduct);
    CPPUNIT_TEST(aPageOfLevelsIsOneWrite);
    CPPUNIT_TEST_SUITE_END();

public:
    void levelsObeyTheGuards() {
        const Shop shop;
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 10, 5)) == store::Verdict::Created);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 10, 5)) == store::Verdict::Unchanged);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 11, 5)) == store::Verdict::Touched);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 10, 9)) == store::Verdict::Stale);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 11, 9)) == store::Verdict::Refetch);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 11, 9), true) == store::Verdict::Updated);
        CPPUNIT_ASSERT_EQUAL(std::string("9"), shop.available());
    }

    void notTrackedIsNotZero() {
        const Shop shop;
        shop.put(levelOf("item-11", 10, std::nullopt));
        CPPUNIT_ASSERT_EQUAL(std::string("(null)"), shop.available());
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 11, 0)) == store::Verdict::Updated);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), shop.available());
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 12, std::nullopt)) == store::Verdict::Updated);
    }

    void aLevelDisconnectedAndBackIsAskedFor() {
        const Shop shop;
        shop.put(levelOf("item-11", 10, 5));
        CPPUNIT_ASSERT(shop.gone("item-11@loc-1", std::nullopt) == store::Verdict::Refetch);
        CPPUNIT_ASSERT(shop.gone("item-11@loc-1", second(20)) == store::Verdict::Deleted);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 15, 6)) == store::Verdict::Stale);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 30, 7)) == store::Verdict::Refetch);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 30, 7), true) == store::Verdict::Created);
        CPPUNIT_ASSERT_EQUAL(std::string("7"), shop.available());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.count("inventory"));
    }

    void aConfirmedAbsenceLeavesRoomForAComeback() {
        const Shop shop;
        shop.put(levelOf("item-11", 10, 5));
        CPPUNIT_ASSERT(shop.gone("item-11@loc-1", std::nullopt, store::ruleOnAbsence) ==
                       store::Verdict::Deleted);
        CPPUNIT_ASSERT(shop.put(levelOf("item-11", 12, 5), true) == store::Verdict::Created);
        CPPUNIT_ASSERT(shop.gone("never@loc-1", std::nullopt, store::ruleOnAbsence) ==
                       store::Verdict::Deleted);
    }

    void aLevelMayComeBeforeItsProduct() {
        const Shop shop;
        shop.put(levelOf("item-11", 10, 5));
        shop.put(levelOf("item-11", 10, 2, "loc-2"));
        const core::Uuid variant = core::newId();
        const auto read = [&] {
            return shop.inStore(
                [&](store::Transaction& tx) { return stockOf(tx, shop.storeId, {variant}); });
        };
        CPPUNIT_ASSERT(read().empty());
        shop.inStore([&](store::Transaction& tx) {
            return tx.query(kVariant, shop.storeId, core::newId(), shop.shop, variant);
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read().size());
        CPPUNIT_ASSERT(read().at(1).available == 2);
        CPPUNIT_ASSERT_EQUAL(std::string("loc-2"), read().at(1).locationExternalId);
        shop.gone("item-11@loc-2", second(20));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read().size());
    }

    void aPageOfLevelsIsOneWrite() {
        const Shop shop;
        std::vector<sdk::StockLevel> levels;
        for (int at = 0; at < 750; ++at) levels.push_back(levelOf(std::to_string(at), 10, at));
        levels.push_back(levelOf("0", 11, 9999));
        std::vector<const sdk::StockLevel*> page;
        for (const sdk::StockLevel& level : levels) page.push_back(&level);
        shop.inStore([&](store::Transaction& tx) { return writeLevels(tx, shop.scope(), page); });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{750}, shop.count("inventory"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.count("inventory WHERE available = 9999"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InventoryWriterTest);

}  // namespace souk::inventory
