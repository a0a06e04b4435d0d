#include "catalog/reader.hpp"

#include "catalog/writer.hpp"
#include "host/intake/world.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <set>

namespace souk::catalog {

using namespace souk::test;

namespace {

constexpr std::string_view kStock = R"(
INSERT INTO inventory (store_id, id, integration_id, inventory_item_id, location_external_id,
                       available, source_version)
VALUES ($1, $2, $3, $4, 'loc-1', $5, now()))";

struct Catalogue : World {
    Catalogue() {
        put({productOf(
            "1", 10, "Red Lamp", {variantOf("11", "RED-1", "4001"), variantOf("12", "RED-2")})});
        put({productOf("2", 10, "Blue 100%_Chair", {variantOf("21", "BLUE")})});
        sdk::Product draft = productOf("3", 10, "Table", {variantOf("31", "TBL")});
        draft.status = "draft";
        draft.vendor = "Wood & Co";
        put({draft});
        stock("item-11", 0);
        stock("item-12", 4);
        stock("item-21", 0);
        stock("item-31", std::nullopt);
    }
    void put(const std::vector<sdk::Product>& products) const {
        std::vector<const sdk::Product*> page;
        for (const sdk::Product& product : products) page.push_back(&product);
        inStore([&](store::Transaction& tx) { return writeProducts(tx, scope(), page); });
    }
    void stock(const std::string& item, std::optional<std::int64_t> available) const {
        inStore([&](store::Transaction& tx) {
            return tx.query(kStock, storeId, core::newId(), shop, item, available);
        });
    }
    std::vector<ProductSummary> list(const ProductFilter& filter) const {
        return inStore([&](store::Transaction& tx) {
            return listProducts(tx, storeId, filter, std::nullopt, 100);
        });
    }
    std::string titles(const ProductFilter& filter) const {
        std::set<std::string> found;
        for (const ProductSummary& product : list(filter)) found.insert(product.title);
        std::string all;
        for (const std::string& title : found) all += title + ";";
        return all;
    }
};

ProductFilter withText(const std::string& text) {
    ProductFilter filter;
    filter.text = text;
    return filter;
}

}  // namespace

class CatalogReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CatalogReaderTest);
    CPPUNIT_TEST(productsAreFoundByTitleSkuBarcodeAndVendor);
    CPPUNIT_TEST(wildcardsInTheSearchTextAreLiteral);
    CPPUNIT_TEST(filtersNarrowTheList);
    CPPUNIT_TEST(pagesMeetEveryProductOnce);
    CPPUNIT_TEST(aSummaryHasFigures);
    CPPUNIT_TEST(aProductIsShownWithStockPerLocation);
    CPPUNIT_TEST(aDeletedProductIsFoundButNotListed);
    CPPUNIT_TEST(anotherStoreSeesNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void productsAreFoundByTitleSkuBarcodeAndVendor() {
        const Catalogue shop;
        CPPUNIT_ASSERT_EQUAL(std::string("Red Lamp;"), shop.titles(withText("lAMP")));
        CPPUNIT_ASSERT_EQUAL(std::string("Red Lamp;"), shop.titles(withText("red-2")));
        CPPUNIT_ASSERT_EQUAL(std::string("Red Lamp;"), shop.titles(withText("400")));
        CPPUNIT_ASSERT_EQUAL(std::string("Table;"), shop.titles(withText("wood &")));
        CPPUNIT_ASSERT_EQUAL(std::string(), shop.titles(withText("nothing")));
    }

    void wildcardsInTheSearchTextAreLiteral() {
        const Catalogue shop;
        CPPUNIT_ASSERT_EQUAL(std::string("Blue 100%_Chair;"), shop.titles(withText("%")));
        CPPUNIT_ASSERT_EQUAL(std::string("Blue 100%_Chair;"), shop.titles(withText("_")));
        CPPUNIT_ASSERT_EQUAL(std::string(), shop.titles(withText("\\")));
    }

    void filtersNarrowTheList() {
        const Catalogue shop;
        ProductFilter filter;
        filter.status = "draft";
        CPPUNIT_ASSERT_EQUAL(std::string("Table;"), shop.titles(filter));
        filter = {};
        filter.vendor = "LUMEN";
        CPPUNIT_ASSERT_EQUAL(std::string("Blue 100%_Chair;Red Lamp;"), shop.titles(filter));
        filter = {};
        filter.inStock = true;
        CPPUNIT_ASSERT_EQUAL(std::string("Red Lamp;Table;"), shop.titles(filter));
        filter.inStock = false;
        CPPUNIT_ASSERT_EQUAL(std::string("Blue 100%_Chair;"), shop.titles(filter));
        filter = {};
        filter.integrationId = shop.shop;
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, shop.list(filter).size());
        filter.integrationId = core::newId();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, shop.list(filter).size());
        filter = {};
        filter.updatedSince = shop.list({}).at(1).updatedAt;
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.list(filter).size());
    }

    void pagesMeetEveryProductOnce() {
        const Catalogue shop;
        std::set<core::Uuid> met;
        std::optional<store::KeysetPosition> after;
        for (int turn = 0; turn < 10; ++turn) {
            const auto page = shop.inStore([&](store::Transaction& tx) {
                return listProducts(tx, shop.storeId, {}, after, 1);
            });
            if (page.empty()) break;
            CPPUNIT_ASSERT(met.insert(page[0].id).second);
            after = store::KeysetPosition{page[0].updatedAt, page[0].id};
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, met.size());
    }

    void aSummaryHasFigures() {
        const Catalogue shop;
        const ProductSummary lamp = shop.list(withText("lamp")).at(0);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, lamp.variantCount);
        CPPUNIT_ASSERT(lamp.lowestPrice == money(1999));
        CPPUNIT_ASSERT(lamp.highestPrice == money(1999));
        CPPUNIT_ASSERT(lamp.available == 4);
        CPPUNIT_ASSERT(lamp.inStock);
        const ProductSummary table = shop.list(withText("table")).at(0);
        CPPUNIT_ASSERT(!table.available);
        CPPUNIT_ASSERT(table.inStock);
    }

    void aProductIsShownWithStockPerLocation() {
        const Catalogue shop;
        const sdk::Location place = locationOf("loc-1", 10, "Warehouse");
        shop.inStore(
            [&](store::Transaction& tx) { return writeLocations(tx, shop.scope(), {&place}); });
        const core::Uuid id = shop.list(withText("lamp")).at(0).id;
        const auto lamp =
            shop.inStore([&](store::Transaction& tx) { return findProduct(tx, shop.storeId, id); });
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lamp->variants.size());
        const StockAt& stock = lamp->variants.at(1).stock.at(0);
        CPPUNIT_ASSERT(stock.available.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("Warehouse"), *stock.locationName);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), lamp->listings.at(0).externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("example"), lamp->listings.at(0).platform);
        CPPUNIT_ASSERT(lamp->listings.at(0).sourceVersion == second(10));
    }

    void aDeletedProductIsFoundButNotListed() {
        const Catalogue shop;
        const core::Uuid id = shop.list(withText("lamp")).at(0).id;
        shop.inStore([&](store::Transaction& tx) {
            return removeProducts(tx, shop.scope(), {{"1", second(50)}}, store::ruleOnDeletion);
        });
        CPPUNIT_ASSERT_EQUAL(std::string(), shop.titles(withText("lamp")));
        const auto lamp =
            shop.inStore([&](store::Transaction& tx) { return findProduct(tx, shop.storeId, id); });
        CPPUNIT_ASSERT(lamp->summary.deletedAt.has_value());
        CPPUNIT_ASSERT(lamp->variants.empty());
        CPPUNIT_ASSERT(lamp->listings.at(0).deletedAt.has_value());
    }

    void anotherStoreSeesNothing() {
        const Catalogue shop;
        const core::Uuid id = shop.list(withText("lamp")).at(0).id;
        const core::Uuid other = insertStore(*shop.database, "Other");
        auto tx = shop.database->forStore(other);
        CPPUNIT_ASSERT(listProducts(tx, other, {}, std::nullopt, 10).empty());
        CPPUNIT_ASSERT(listProducts(tx, shop.storeId, {}, std::nullopt, 10).empty());
        CPPUNIT_ASSERT(!findProduct(tx, shop.storeId, id));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CatalogReaderTest);

}  // namespace souk::catalog
