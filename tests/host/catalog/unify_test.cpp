#include "catalog/reader.hpp"
#include "catalog/writer.hpp"
#include "host/intake/world.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::catalog {

using namespace souk::test;

namespace {

/// A store with two shops of different platforms.
struct TwoShops : World {
    core::Uuid other = insertIntegration(*database, storeId, "second", "two");

    std::vector<store::Effect> put(const core::Uuid& integration,
                                   const std::vector<sdk::Product>& products,
                                   bool authoritative = false) const {
        std::vector<const sdk::Product*> page;
        for (const sdk::Product& product : products) page.push_back(&product);
        store::RecordScope by = scope(integration);
        by.authoritative = authoritative;
        return inStore([&](store::Transaction& tx) { return writeProducts(tx, by, page); });
    }
    std::vector<store::Effect> remove(const core::Uuid& integration, const std::string& id) const {
        return inStore([&](store::Transaction& tx) {
            return removeProducts(
                tx, scope(integration), {{id, second(900)}}, store::ruleOnDeletion);
        });
    }
    std::int64_t products() const { return count("product WHERE deleted_at IS NULL"); }
    std::int64_t variants() const { return count("product_variant WHERE deleted_at IS NULL"); }
    std::string field(const std::string& column) const {
        return text("SELECT " + column + "::text AS n FROM product WHERE deleted_at IS NULL");
    }
};

}  // namespace

class UnifyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnifyTest);
    CPPUNIT_TEST(theSameSkuInTwoShopsIsOneProduct);
    CPPUNIT_TEST(theSameBarcodeInTwoShopsIsOneProduct);
    CPPUNIT_TEST(theSameSkuInOneShopStaysTwoProducts);
    CPPUNIT_TEST(anAmbiguousMatchMakesANewProduct);
    CPPUNIT_TEST(twoListingsOfOneShopDoNotShareAProduct);
    CPPUNIT_TEST(emptyCodesMatchNothing);
    CPPUNIT_TEST(theLeadDecidesTheFields);
    CPPUNIT_TEST(aVariantOnlyTheFollowerListsHasTheFollowersFields);
    CPPUNIT_TEST(aNewVariantJoinsOneOfItsProduct);
    CPPUNIT_TEST(platformSyncTellsOfEveryShop);
    CPPUNIT_TEST(theProductLivesWhileAnyShopListsIt);
    CPPUNIT_TEST(theLeadMovesWhenItsListingGoes);
    CPPUNIT_TEST(theLastListingTakesTheProductWithIt);
    CPPUNIT_TEST(aProductWhoseLeadIsGoneIsLedByWhoListsItAgain);
    CPPUNIT_TEST_SUITE_END();

public:
    void theSameSkuInTwoShopsIsOneProduct() {
        const TwoShops world;
        world.put(world.shop,
                  {productOf("1", 10, "ours", {variantOf("11", "A"), variantOf("12", "B")})});
        const auto effects =
            world.put(world.other,
                      {productOf("x", 10, "theirs", {variantOf("x1", "B"), variantOf("x2", "C")})});
        CPPUNIT_ASSERT(effects.at(0).verdict == store::Verdict::Created);
        CPPUNIT_ASSERT(effects.at(0).change == "updated");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.products());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, world.variants());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, world.count("variant_listing"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            world.count("variant_listing a JOIN variant_listing b USING (variant_id) WHERE "
                        "a.external_id = '12' AND b.external_id = 'x1'"));
    }

    void theSameBarcodeInTwoShopsIsOneProduct() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "ours", {variantOf("11", "A", "400")})});
        world.put(world.other, {productOf("x", 10, "theirs", {variantOf("x1", "Z", "400")})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.products());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.variants());
    }

    void theSameSkuInOneShopStaysTwoProducts() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "one", {variantOf("11", "A")})});
        world.put(world.shop, {productOf("2", 10, "two", {variantOf("21", "A")})});
        world.put(world.shop,
                  {productOf("3", 10, "three", {variantOf("31", "A")}),
                   productOf("4", 10, "four", {variantOf("41", "A")})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, world.products());
    }

    void anAmbiguousMatchMakesANewProduct() {
        const TwoShops world;
        world.put(world.shop,
                  {productOf("1", 10, "one", {variantOf("11", "A")}),
                   productOf("2", 10, "two", {variantOf("21", "A")})});
        world.put(world.other, {productOf("x", 10, "theirs", {variantOf("x1", "A")})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, world.products());
    }

    void twoListingsOfOneShopDoNotShareAProduct() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "one", {variantOf("11", "A")})});
        world.put(world.other,
                  {productOf("x", 10, "x", {variantOf("x1", "A")}),
                   productOf("y", 10, "y", {variantOf("y1", "A")})});
        world.put(world.other, {productOf("z", 10, "z", {variantOf("z1", "A")})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, world.products());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{0},
            world.count("(SELECT 1 FROM product_listing GROUP BY product_id, integration_id "
                        "HAVING count(*) > 1) shared"));
    }

    void emptyCodesMatchNothing() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "one", {variantOf("11")})});
        world.put(world.other, {productOf("x", 10, "x", {variantOf("x1")})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, world.products());
    }

    void theLeadDecidesTheFields() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "ours", {variantOf("11", "A")})});
        sdk::Variant dearer = variantOf("x1", "A");
        dearer.price = money(5000);
        world.put(world.other, {productOf("x", 10, "theirs", {dearer})});
        dearer.price = money(6000);
        world.put(world.other, {productOf("x", 20, "theirs again", {dearer})});
        CPPUNIT_ASSERT_EQUAL(std::string("ours"), world.field("title"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1999},
                             world.number("SELECT price_minor AS n FROM product_variant"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{6000},
            world.number("SELECT price_minor AS n FROM variant_listing WHERE external_id = 'x1'"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("theirs again"),
            world.text("SELECT title AS n FROM product_listing WHERE external_id = 'x'"));
        world.put(world.shop, {productOf("1", 20, "ours again", {variantOf("11", "A")})});
        CPPUNIT_ASSERT_EQUAL(std::string("ours again"), world.field("title"));
    }

    void aVariantOnlyTheFollowerListsHasTheFollowersFields() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "ours", {variantOf("11", "A")})});
        sdk::Variant extra = variantOf("x2", "B");
        world.put(world.other, {productOf("x", 10, "theirs", {variantOf("x1", "A"), extra})});
        extra.price = money(700);
        world.put(world.other, {productOf("x", 20, "theirs", {variantOf("x1", "A"), extra})});
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{700},
            world.number("SELECT price_minor AS n FROM product_variant WHERE sku = 'B'"));
    }

    void aNewVariantJoinsOneOfItsProduct() {
        const TwoShops world;
        world.put(world.shop,
                  {productOf("1", 10, "ours", {variantOf("11", "A"), variantOf("12", "B")})});
        world.put(world.other, {productOf("x", 10, "theirs", {variantOf("x1", "A")})});
        world.put(world.other,
                  {productOf("x", 20, "theirs", {variantOf("x1", "A"), variantOf("x2", "B")})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, world.variants());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, world.count("variant_listing"));
    }

    void platformSyncTellsOfEveryShop() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "ours", {variantOf("11", "A")})});
        world.put(world.other, {productOf("x", 10, "theirs", {variantOf("x1", "A")})});
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"one": {"synced": true, "productId": "1", "lastSyncAt": )"
                        R"("2026-09-21T14:30:00Z"}, "other": {"synced": true, "productId": "x", )"
                        R"("lastSyncAt": "2026-09-21T14:30:00Z"}})"),
            world.field("platform_sync"));
        world.remove(world.other, "x");
        CPPUNIT_ASSERT_EQUAL(std::string("false"),
                             world.field("platform_sync -> 'other' -> 'synced'"));
        CPPUNIT_ASSERT_EQUAL(std::string("true"),
                             world.field("platform_sync -> 'one' -> 'synced'"));
    }

    void theProductLivesWhileAnyShopListsIt() {
        const TwoShops world;
        world.put(world.shop,
                  {productOf("1", 10, "ours", {variantOf("11", "A"), variantOf("12", "B")})});
        world.put(world.other, {productOf("x", 10, "theirs", {variantOf("x1", "A")})});
        const auto effects = world.remove(world.other, "x");
        CPPUNIT_ASSERT(effects.at(0).verdict == store::Verdict::Deleted);
        CPPUNIT_ASSERT(effects.at(0).change == "updated");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.products());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, world.variants());
        CPPUNIT_ASSERT_EQUAL(std::string("ours"), world.field("title"));
    }

    void theLeadMovesWhenItsListingGoes() {
        const TwoShops world;
        world.put(world.shop,
                  {productOf("1", 10, "ours", {variantOf("11", "A"), variantOf("12", "B")})});
        const sdk::Product theirs = productOf("x", 10, "theirs", {variantOf("x1", "A")});
        world.put(world.other, {theirs});
        const auto effects = world.remove(world.shop, "1");
        CPPUNIT_ASSERT_EQUAL(world.other.text(), world.field("lead_integration_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("theirs"), world.field("title"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.variants());
        const auto asked = std::find_if(effects.begin(), effects.end(), [](const auto& effect) {
            return effect.verdict == store::Verdict::Refetch;
        });
        CPPUNIT_ASSERT(asked != effects.end());
        CPPUNIT_ASSERT(asked->integrationId == world.other);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), asked->key);
        // The same content under the same stamp is applied once more: now it leads.
        world.put(world.other, {theirs}, true);
        CPPUNIT_ASSERT_EQUAL(std::string("lamp-x"), world.field("handle"));
        CPPUNIT_ASSERT_EQUAL(std::string("lamp-x"),
                             world.text("SELECT handle AS n FROM product_listing WHERE "
                                        "content_hash IS NOT NULL AND deleted_at IS NULL"));
    }

    void theLastListingTakesTheProductWithIt() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "ours", {variantOf("11", "A")})});
        world.put(world.other, {productOf("x", 10, "theirs", {variantOf("x1", "A")})});
        world.remove(world.shop, "1");
        const auto effects = world.remove(world.other, "x");
        CPPUNIT_ASSERT(effects.at(0).change == "deleted");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, world.products());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, world.variants());
    }

    void aProductWhoseLeadIsGoneIsLedByWhoListsItAgain() {
        const TwoShops world;
        world.put(world.shop, {productOf("1", 10, "ours", {variantOf("11", "A")})});
        world.put(world.other, {productOf("x", 10, "theirs", {variantOf("x1", "A")})});
        world.remove(world.other, "x");
        world.remove(world.shop, "1");
        world.put(world.other, {productOf("x", 950, "back", {variantOf("x1", "A")})}, true);
        CPPUNIT_ASSERT_EQUAL(std::string("back"), world.field("title"));
        CPPUNIT_ASSERT_EQUAL(world.other.text(), world.field("lead_integration_id"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.variants());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.count("product"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnifyTest);

}  // namespace souk::catalog
