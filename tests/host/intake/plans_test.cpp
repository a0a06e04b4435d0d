#include "support/plans.hpp"

#include "host/intake/hub.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::test {

namespace {

constexpr int kPile = 20'000;
constexpr int kPage = 250;
/// More than five: from then on PostgreSQL may keep a statement's plan for all parameters.
constexpr int kRounds = 7;

/// What a statement may read: a record has children, and a product those it may join.
constexpr std::int64_t kMostOfPage = 8 * kPage;
constexpr std::int64_t kMostOfEvent = 40;

/// The only row of a table many times over, under other keys. $1: the table, $2: rows, $3: columns
/// that hold ids, $4: columns that hold texts.
constexpr std::string_view kPileUp = R"sql(
CREATE OR REPLACE FUNCTION pg_temp.pile_up(name text, rows integer, ids text[], texts text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO %1$I SELECT r.* FROM (SELECT * FROM %1$I LIMIT 1) seed, generate_series(1, %2$s) n,
         LATERAL (SELECT jsonb_object_agg(c, gen_random_uuid()) AS keys FROM unnest(%3$L::text[]) c WHERE n > 0) i,
         LATERAL (SELECT coalesce(jsonb_object_agg(c, ''pile-'' || n), ''{}'') AS keys FROM unnest(%4$L::text[]) c) t,
         LATERAL jsonb_populate_record(NULL::%1$I, to_jsonb(seed) || i.keys || t.keys) r', name, rows, ids, texts);
END $$)sql";

struct Piled {
    const char* table;
    std::vector<std::string> ids;
    std::vector<std::string> texts;
};
const std::vector<Piled> kPiled{
    {"product", {"id"}, {"handle"}},
    {"product_listing", {"id", "product_id"}, {"external_id"}},
    {"product_variant", {"id", "product_id"}, {"sku", "barcode"}},
    {"variant_listing", {"id", "listing_id", "variant_id"}, {"external_id", "inventory_item_id"}},
    {"inventory", {"id"}, {"inventory_item_id"}},
    {"customer", {"id"}, {"external_id", "email"}},
    {"orders", {"id"}, {"external_id", "customer_external_id"}},
    {"order_items", {"id", "order_id"}, {"external_id", "variant_external_id"}}};

}  // namespace

/// What takes records in looks them up by their keys, whatever the planner knows of the tables: row
/// level security hides from it which conditions an index could serve, and a table that was never
/// analysed looks like any other.
class IntakePlansTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IntakePlansTest);
    CPPUNIT_TEST(nothingIsReadButWhatIsAskedFor);
    CPPUNIT_TEST(aTableReadWholeIsTold);
    CPPUNIT_TEST_SUITE_END();

public:
    void nothingIsReadButWhatIsAskedFor() {
        neverAnalyse(url_);
        hub_.take(hub_.source(),
                  {productOf("seed", 1, "Seed", {variantOf("seed", "seed-sku", "seed-code")}),
                   customerOf("seed", 1, "seed@shop.test"),
                   orderOf("seed", 1, "paid", {lineOf("seed")}),
                   locationOf("loc-1", 1, "Shelf"),
                   levelOf("item-seed", 1, 3)});
        pileUp();
        // Many removals at once, before the first ANALYZE: a statement may read a table through,
        // but once, not for every key.
        checkPaths("never analysed", 2 * kPile);
        analyseAll(url_);
        checkPaths("analysed", kMostOfPage);
    }

    /// The test of the test.
    void aTableReadWholeIsTold() {
        Plans plans(url_);
        hub_.inStore([](store::Transaction& tx) {
            tx.query("SELECT count(*) FROM product WHERE title = 'none'");
            return 0;
        });
        CPPUNIT_ASSERT_EQUAL(std::string(), faultsOf(plans.scans(), kPage, {"customer"}));
        hub_.inStore([](store::Transaction& tx) {
            tx.query(
                "SELECT set_config('enable_indexscan', 'off', true), "
                "set_config('enable_bitmapscan', 'off', true)");
            tx.query("SELECT title FROM product WHERE title = 'none'");
            return 0;
        });
        const auto faults = faultsOf(plans.scans(), kPage, {"product"});
        CPPUNIT_ASSERT_MESSAGE(faults, faults.find("Seq Scan of product, 0 rows") == 0);
    }

private:
    struct Told : Hub {
        explicit Told(const std::string& url) {
            database = std::make_unique<store::Database>(Plans::toldBy(url), store::PoolLimits());
            storeId = insertStore(*database);
            shop = insertIntegration(*database, storeId, "example", "one");
            insertIntegration(*database, storeId, "example", "two");  // SKUs are looked up
        }
    };

    void pileUp() {
        auto tx = hub_.database->asLogin();
        tx.query("SELECT set_config('session_replication_role', 'replica', true)");
        tx.query(kPileUp);
        for (const auto& [table, ids, texts] : kPiled)
            tx.query("SELECT pg_temp.pile_up($1, $2, $3, $4)",
                     std::string(table),
                     std::int32_t{kPile},
                     ids,
                     texts);
        tx.commit();
        for (const auto& piled : kPiled)
            CPPUNIT_ASSERT_EQUAL(std::int64_t{kPile + 1}, hub_.count(piled.table));
    }

    void checkPaths(const std::string& when, std::int64_t mostOfRemovedPage) {
        checkPath(when + ", pages", kPage, kMostOfPage, mostOfRemovedPage);
        checkPath(when + ", events", 1, kMostOfEvent, kMostOfEvent);
    }
    void checkPath(const std::string& when,
                   int records,
                   std::int64_t mostRows,
                   std::int64_t mostOfRemoved) {
        Plans plans(url_);
        for (int round = 0; round < kRounds; ++round)
            for (const int second : {1, 2}) arrive(when + std::to_string(round), records, second);
        check(when + " that arrive", plans.scans(), mostRows);
        for (int round = 0; round < kRounds; ++round) leave(when + std::to_string(round), records);
        check(when + " that leave", plans.scans(), mostOfRemoved);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{kRounds} * records,
                             hub_.count("product_listing WHERE deleted_at IS NOT NULL AND "
                                        "external_id LIKE '" +
                                        when + "%'"));
    }
    void check(const std::string& when, const std::vector<Scan>& scans, std::int64_t mostRows) {
        CPPUNIT_ASSERT(scans.size() > 10 * kRounds);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            when, std::string(), faultsOf(scans, mostRows, largeTables(url_)));
    }

    /// Records come, and then again, changed.
    void arrive(const std::string& name, int records, int second) {
        std::vector<sdk::Record> products, customers, orders, levels;
        for (int i = 0; i < records; ++i) {
            const auto id = name + '-' + std::to_string(i);
            products.emplace_back(
                productOf(id, second, "Lamp " + std::to_string(second), {variantOf(id, id, id)}));
            auto order = orderOf(id, second, second == 1 ? "pending" : "paid", {lineOf(id)});
            order.customerExternalId = id;
            orders.emplace_back(order);
            customers.emplace_back(customerOf(id, second, id + std::to_string(second)));
            levels.emplace_back(levelOf("item-" + id, second, second));
        }
        for (const auto* page : {&products, &customers, &orders, &levels})
            hub_.take(hub_.source(second), *page);
    }
    void leave(const std::string& name, int records) {
        for (const auto entity :
             {sdk::Entity::Product, sdk::Entity::Order, sdk::Entity::Customer}) {
            std::vector<sdk::Record> gone;
            for (int i = 0; i < records; ++i)
                gone.emplace_back(deletionOf(entity, name + '-' + std::to_string(i), 3));
            hub_.take(hub_.source(3), gone);
        }
    }

    std::string url_ = TestDatabase::instance().freshUrl();
    Told hub_{url_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(IntakePlansTest);

}  // namespace souk::test
