#include "catalog/reader.hpp"
#include "catalog/writer.hpp"
#include "host/intake/world.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <map>

namespace souk::catalog {

using namespace souk::test;

namespace {

struct Shop : World {
    std::vector<store::Effect> put(const std::vector<sdk::Product>& products,
                                   bool authoritative = false) const {
        std::vector<const sdk::Product*> page;
        for (const sdk::Product& product : products) page.push_back(&product);
        store::RecordScope by = scope();
        by.authoritative = authoritative;
        return inStore([&](store::Transaction& tx) { return writeProducts(tx, by, page); });
    }
    std::vector<store::Effect> put(const sdk::Product& product) const {
        return put(std::vector{product});
    }
    std::int64_t liveVariants() const { return count("product_variant WHERE deleted_at IS NULL"); }
};

std::map<store::Verdict, int> tally(const std::vector<store::Effect>& effects) {
    std::map<store::Verdict, int> counts;
    for (const store::Effect& effect : effects) ++counts[effect.verdict];
    return counts;
}

std::vector<sdk::Product> pageOf250(int seconds, const std::string& title) {
    std::vector<sdk::Product> page;
    for (int id = 0; id < 250; ++id) {
        const std::string text = std::to_string(id);
        page.push_back(productOf(text,
                                 seconds,
                                 title + text,
                                 {variantOf(text + "-1", "S" + text),
                                  variantOf(text + "-2", "T" + text),
                                  variantOf(text + "-3", "U" + text)}));
    }
    return page;
}

}  // namespace

class ProductWriterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProductWriterTest);
    CPPUNIT_TEST(everyFieldArrives);
    CPPUNIT_TEST(aPageOf250IsWrittenUpdatedAndLeftAlone);
    CPPUNIT_TEST(aGiantProductArrivesWhole);
    CPPUNIT_TEST(aRemovedVariantIsRetiredAndRevivesUnderItsId);
    CPPUNIT_TEST(aVariantThatMovedLeavesNoneBehind);
    CPPUNIT_TEST(aVariantThatMovedIsMetInAPageOfNewOnes);
    CPPUNIT_TEST(repeatedVariantsAreOneRow);
    CPPUNIT_TEST(oneChangedVariantRewritesOneRow);
    CPPUNIT_TEST(moneyKeepsItsCurrencysExponent);
    CPPUNIT_TEST(ofARepeatedProductTheNewestWins);
    CPPUNIT_TEST(aProductWithoutAStampIsAsOfNow);
    CPPUNIT_TEST(anEmptyPageIsNothing);
    CPPUNIT_TEST(locationsWithoutAStampFollowTheReading);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyFieldArrives() {
        const Shop shop;
        sdk::Product product =
            productOf("1", 10, "Lamp", {variantOf("11", "SKU", "4006381333931")});
        product.descriptionHtml = "<p>warm & bright</p>";
        product.productType = "Lighting";
        product.publishedAt = second(3);
        product.variants[0].compareAtPrice = money(2499);
        product.variants[0].taxable = true;
        product.variants[0].inventoryPolicy = "deny";
        shop.put(product);
        const core::Uuid id = *core::Uuid::parse(shop.text("SELECT id::text AS n FROM product"));
        const auto found =
            shop.inStore([&](store::Transaction& tx) { return findProduct(tx, shop.storeId, id); });
        CPPUNIT_ASSERT(found);
        CPPUNIT_ASSERT_EQUAL(product.descriptionHtml, found->descriptionHtml);
        CPPUNIT_ASSERT(found->summary.tags == product.tags);
        CPPUNIT_ASSERT(found->summary.publishedAt == product.publishedAt);
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"name": "Size", "values": ["S", "L"]}])"),
                             found->options);
        CPPUNIT_ASSERT(found->media.find("https://cdn.example/1.jpg") != std::string::npos);
        const VariantDetail& variant = found->variants.at(0);
        CPPUNIT_ASSERT(variant.price == money(1999));
        CPPUNIT_ASSERT(variant.compareAtPrice == money(2499));
        CPPUNIT_ASSERT(variant.taxable == true);
        CPPUNIT_ASSERT(variant.inventoryPolicy == "deny");
        CPPUNIT_ASSERT(variant.barcode == "4006381333931");
        CPPUNIT_ASSERT_EQUAL(std::string(R"([["Size", "11"]])"), variant.options);
        CPPUNIT_ASSERT_EQUAL(std::string("item-11"), *variant.listings.at(0).inventoryItemId);
        CPPUNIT_ASSERT_EQUAL(std::string("{\"id\":1}"),
                             shop.text("SELECT extra AS n FROM product_listing"));
    }

    void aPageOf250IsWrittenUpdatedAndLeftAlone() {
        const Shop shop;
        CPPUNIT_ASSERT_EQUAL(250, tally(shop.put(pageOf250(10, "a")))[store::Verdict::Created]);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{750}, shop.liveVariants());
        CPPUNIT_ASSERT_EQUAL(250, tally(shop.put(pageOf250(10, "a")))[store::Verdict::Unchanged]);
        CPPUNIT_ASSERT_EQUAL(250, tally(shop.put(pageOf250(11, "a")))[store::Verdict::Touched]);
        CPPUNIT_ASSERT_EQUAL(250, tally(shop.put(pageOf250(12, "b")))[store::Verdict::Updated]);
        CPPUNIT_ASSERT_EQUAL(250, tally(shop.put(pageOf250(5, "c")))[store::Verdict::Stale]);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{250}, shop.count("product WHERE title LIKE 'b%'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{250}, shop.count("product WHERE version = 2"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{750}, shop.liveVariants());
    }

    void aGiantProductArrivesWhole() {
        const Shop shop;
        constexpr int kMany = 2048;
        sdk::Product giant = productOf("1", 10, "giant");
        for (int at = 0; at < kMany; ++at) {
            giant.variants.push_back(variantOf(std::to_string(at), "S" + std::to_string(at)));
            giant.variants.back().position = at;
        }
        shop.put(giant);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{kMany}, shop.liveVariants());
        giant.updatedAt = second(20);
        giant.variants.resize(1000);
        shop.put(giant);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, shop.liveVariants());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000},
                             shop.count("variant_listing WHERE deleted_at IS NULL"));
    }

    void aRemovedVariantIsRetiredAndRevivesUnderItsId() {
        const Shop shop;
        shop.put(productOf("1", 10, "Lamp", {variantOf("11", "A"), variantOf("12", "B")}));
        const std::string id =
            shop.text("SELECT id::text AS n FROM product_variant WHERE sku = 'B'");
        shop.put(productOf("1", 20, "Lamp", {variantOf("11", "A")}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.liveVariants());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            shop.count("variant_listing WHERE external_id = '12' AND deleted_at IS NOT NULL"));
        shop.put(productOf("1", 30, "Lamp", {variantOf("11", "A"), variantOf("12", "B2")}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, shop.liveVariants());
        CPPUNIT_ASSERT_EQUAL(
            id,
            shop.text("SELECT id::text AS n FROM product_variant WHERE sku = 'B2' AND deleted_at "
                      "IS NULL"));
    }

    void aVariantThatMovedLeavesNoneBehind() {
        const Shop shop;
        shop.put(productOf("1", 10, "one", {variantOf("11"), variantOf("12")}));
        shop.put(productOf("2", 10, "two", {variantOf("12")}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, shop.liveVariants());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            shop.count("product_variant v JOIN variant_listing l ON l.variant_id = v.id JOIN "
                       "product p ON p.id = v.product_id WHERE l.external_id = '12' AND p.title = "
                       "'two' AND v.deleted_at IS NULL"));
    }

    void aVariantThatMovedIsMetInAPageOfNewOnes() {
        const Shop shop;
        shop.put(productOf("old", 10, "old", {variantOf("11"), variantOf("0-1")}));
        const std::string row =
            shop.text("SELECT id::text AS n FROM variant_listing WHERE external_id = '0-1'");
        CPPUNIT_ASSERT_EQUAL(250, tally(shop.put(pageOf250(10, "new")))[store::Verdict::Created]);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{251}, shop.count("product"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{251}, shop.count("product_listing"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{751}, shop.liveVariants());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{751}, shop.count("variant_listing"));
        CPPUNIT_ASSERT_EQUAL(
            row,
            shop.text("SELECT l.id::text AS n FROM variant_listing l JOIN product_listing p ON "
                      "p.id = l.listing_id WHERE l.external_id = '0-1' AND p.external_id = '0'"));
    }

    void repeatedVariantsAreOneRow() {
        const Shop shop;
        shop.put(productOf("1", 10, "one", {variantOf("11"), variantOf("11"), variantOf("12")}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, shop.liveVariants());
    }

    void oneChangedVariantRewritesOneRow() {
        const Shop shop;
        sdk::Product product =
            productOf("1", 10, "Lamp", {variantOf("11"), variantOf("12"), variantOf("13")});
        shop.put(product);
        product.updatedAt = second(20);
        product.variants[1].price = money(5);
        shop.put(product);
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            shop.count("product_variant WHERE updated_at > (SELECT created_at FROM product)"));
    }

    void moneyKeepsItsCurrencysExponent() {
        const Shop shop;
        sdk::Product product =
            productOf("1", 10, "Lamp", {variantOf("11"), variantOf("12"), variantOf("13")});
        product.variants[0].price = *sdk::moneyFrom("1500", "JPY");
        product.variants[1].price = *sdk::moneyFrom("1.234", "KWD");
        product.variants[2].price.reset();
        shop.put(product);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1500},
                             shop.number("SELECT price_minor AS n FROM product_variant WHERE "
                                         "currency = 'JPY'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1234},
                             shop.number("SELECT price_minor AS n FROM product_variant WHERE "
                                         "currency = 'KWD'"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            shop.count("product_variant WHERE currency IS NULL AND price_minor IS NULL"));
    }

    void ofARepeatedProductTheNewestWins() {
        const Shop shop;
        const auto effects =
            shop.put({productOf("1", 20, "new"), productOf("1", 10, "old"), productOf("2", 10)});
        CPPUNIT_ASSERT_EQUAL(2, tally(effects)[store::Verdict::Created]);
        CPPUNIT_ASSERT_EQUAL(1, tally(effects)[store::Verdict::Stale]);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.count("product WHERE title = 'new'"));
    }

    void aProductWithoutAStampIsAsOfNow() {
        const Shop shop;
        sdk::Product product = productOf("1", 0);
        product.updatedAt = {};
        shop.put(product);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'790'001'000},
                             shop.number("SELECT extract(epoch FROM source_version)::bigint AS n "
                                         "FROM product_listing"));
    }

    void anEmptyPageIsNothing() {
        const Shop shop;
        CPPUNIT_ASSERT(shop.put(std::vector<sdk::Product>{}).empty());
    }

    void locationsWithoutAStampFollowTheReading() {
        const Shop shop;
        const auto put = [&](const sdk::Location& location, int now) {
            return shop.inStore([&](store::Transaction& tx) {
                return writeLocations(tx, shop.scope(shop.shop, now), {&location});
            });
        };
        CPPUNIT_ASSERT(put(locationOf("1", 0, "Shop"), 100).at(0).verdict ==
                       store::Verdict::Created);
        CPPUNIT_ASSERT(put(locationOf("1", 0, "Shop"), 110).at(0).verdict ==
                       store::Verdict::Touched);
        CPPUNIT_ASSERT(put(locationOf("1", 0, "Store"), 120).at(0).verdict ==
                       store::Verdict::Updated);
        CPPUNIT_ASSERT(put(locationOf("1", 0, "old"), 90).at(0).verdict == store::Verdict::Stale);
        const auto listed =
            shop.inStore([&](store::Transaction& tx) { return listLocations(tx, shop.storeId); });
        CPPUNIT_ASSERT_EQUAL(std::string("Store"), listed.at(0).name);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"city": "Bonn"})"), listed.at(0).address);
        shop.inStore([&](store::Transaction& tx) {
            return removeLocations(tx,
                                   shop.scope(shop.shop, 130),
                                   {{"1", std::nullopt}, {"9", std::nullopt}},
                                   store::ruleOnAbsence);
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, shop.count("location WHERE deleted_at IS NOT NULL"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProductWriterTest);

}  // namespace souk::catalog
