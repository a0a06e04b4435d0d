#include "intake/intake.hpp"

#include "host/intake/hub.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::intake {

using namespace souk::test;

/// What the platform says is gone, and what that takes with it.
class DeletionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeletionTest);
    CPPUNIT_TEST(aDeletionBeforeItsCreationWins);
    CPPUNIT_TEST(aDeletionWithoutAStampIsConfirmed);
    CPPUNIT_TEST(confirmedAbsenceTwiceIsOneDeletion);
    CPPUNIT_TEST(whatIsThereAgainComesBackOnlyAfterALiveRead);
    CPPUNIT_TEST(everyKindOfRecordHasItsTombstone);
    CPPUNIT_TEST(aVariantThatIsGoneTakesItsStockWithIt);
    CPPUNIT_TEST(anItemThatIsGoneTakesAllItsLevelsWithIt);
    CPPUNIT_TEST_SUITE_END();

public:
    void aDeletionBeforeItsCreationWins() {
        const Hub hub;
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub.take(deletionOf(sdk::Entity::Product, "1", 50)).deleted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(productOf("1", 40)).stale);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.count("product"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.count("change"));
    }

    void aDeletionWithoutAStampIsConfirmed() {
        const Hub hub;
        hub.take(productOf("1", 20));
        const sdk::Deletion unstamped{sdk::Entity::Product, "1", std::nullopt};
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(unstamped).refetches);
        CPPUNIT_ASSERT_EQUAL(std::string("deletion to confirm"),
                             hub.text("SELECT payload ->> 'reason' AS n FROM job"));
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp"), hub.title("1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.gone(sdk::Entity::Product, "1").deleted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(unstamped).unchanged);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.refetches());
    }

    void confirmedAbsenceTwiceIsOneDeletion() {
        const Hub hub;
        hub.take(productOf("1", 20, "Lamp", {variantOf("11")}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.gone(sdk::Entity::Product, "1").deleted);
        const Outcome again = hub.gone(sdk::Entity::Product, "1", 2000);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, again.deleted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, again.unchanged);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("change WHERE kind = 'product.deleted'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.count("product WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             hub.count("product_variant WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             hub.count("variant_listing WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(productOf("1", 999)).stale);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.gone(sdk::Entity::Product, "never").deleted);
    }

    void whatIsThereAgainComesBackOnlyAfterALiveRead() {
        const Hub hub;
        hub.take(productOf("1", 20, "Lamp", {variantOf("11")}));
        hub.take(deletionOf(sdk::Entity::Product, "1", 30));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub.take(productOf("1", 40, "back", {variantOf("11")})).refetches);
        CPPUNIT_ASSERT_EQUAL(std::string("(none)"), hub.title("1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub.takeLive(productOf("1", 40, "back", {variantOf("11")})).created);
        CPPUNIT_ASSERT_EQUAL(std::string("back"), hub.title("1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("product WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub.count("product_variant WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub.take(deletionOf(sdk::Entity::Product, "1", 30)).stale);
    }

    void everyKindOfRecordHasItsTombstone() {
        const Hub hub;
        hub.take(hub.source(),
                 {productOf("1", 10),
                  customerOf("2", 10, "a@example.com"),
                  orderOf("3", 10),
                  locationOf("4", 10, "Shop"),
                  levelOf("5", 10, 7)});
        const std::string level = sdk::StockLevel::key("5", "loc-1");
        const Outcome outcome = hub.take(hub.source(),
                                         {deletionOf(sdk::Entity::Product, "1", 20),
                                          deletionOf(sdk::Entity::Customer, "2", 20),
                                          deletionOf(sdk::Entity::Order, "3", 20),
                                          deletionOf(sdk::Entity::Location, "4", 20),
                                          deletionOf(sdk::Entity::Stock, level, 20)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, outcome.deleted);
        for (const char* table :
             {"product", "product_listing", "customer", "orders", "location", "inventory"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                table,
                std::int64_t{0},
                hub.count(std::string(table) + " WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, hub.count("change WHERE kind LIKE '%.deleted'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5},
                             hub.take(hub.source(),
                                      {productOf("1", 15),
                                       customerOf("2", 15),
                                       orderOf("3", 15),
                                       locationOf("4", 15, "Shop"),
                                       levelOf("5", 15, 8)})
                                 .stale);
    }

    void aVariantThatIsGoneTakesItsStockWithIt() {
        const Hub hub;
        const auto liveLevels = [&] { return hub.count("inventory WHERE deleted_at IS NULL"); };
        hub.take(hub.source(),
                 {productOf("1", 10, "Lamp", {variantOf("11"), variantOf("12")}),
                  levelOf("item-11", 10, 1),
                  levelOf("item-12", 10, 2),
                  levelOf("item-99", 10, 3)});
        const Outcome outcome = hub.take(productOf("1", 20, "Lamp", {variantOf("11")}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.updated);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.deleted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, liveLevels());
        hub.take(levelOf("item-12", 9, 7, "loc-2"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, liveLevels());
        hub.gone(sdk::Entity::Product, "1");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, liveLevels());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{3},
            hub.count("sync_log WHERE detail = 'its variant is gone from the platform'"));
    }

    void anItemThatIsGoneTakesAllItsLevelsWithIt() {
        const Hub hub;
        hub.take(hub.source(),
                 {levelOf("item-9", 10, 1),
                  levelOf("item-9", 10, 2, "loc-2"),
                  levelOf("item-99", 10, 3)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub.gone(sdk::Entity::Stock, "item-9@").deleted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("inventory WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.gone(sdk::Entity::Stock, "item-9@").deleted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.gone(sdk::Entity::Stock, "never@").deleted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, hub.count("inventory"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeletionTest);

}  // namespace souk::intake
