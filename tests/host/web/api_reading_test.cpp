#include "api_hub.hpp"

namespace souk::web::test {

using souk::test::customerOf;
using souk::test::levelOf;
using souk::test::lineOf;
using souk::test::locationOf;
using souk::test::orderOf;
using souk::test::productOf;
using souk::test::variantOf;

/// What is in the tables as programs read it.
class ApiReadingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiReadingTest);
    CPPUNIT_TEST(aProductIsReadWithVariantsListingsAndStock);
    CPPUNIT_TEST(productsAreFiltered);
    CPPUNIT_TEST(everyProductIsListedOnceOverAllPages);
    CPPUNIT_TEST(aCursorIsBoundToItsFilters);
    CPPUNIT_TEST(aChangedStockIsAChangedProduct);
    CPPUNIT_TEST(anOrderIsReadWithItsLinesAndBothMoneys);
    CPPUNIT_TEST(ordersAreFiltered);
    CPPUNIT_TEST(customersAreReadAndFiltered);
    CPPUNIT_TEST(aDeletedRecordIsGoneFromListsAndStillReadable);
    CPPUNIT_TEST(theLogTellsWhatWasDone);
    CPPUNIT_TEST(theOverviewCounts);
    CPPUNIT_TEST(anEmptyStoreAnswersEmptyLists);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<ApiHub>();
        store_ = hub_->addStore("mine");
        viewer_ = hub_->token("viewer", store_);
        integration_ = hub_->addIntegration(store_);
    }
    void tearDown() override { hub_.reset(); }

    void aProductIsReadWithVariantsListingsAndStock() {
        auto lamp = productOf("632910392", 1, "Lamp <b>", {variantOf("1", "LAMP-1", "4006381")});
        lamp.descriptionHtml = "<script>alert(1)</script>";
        lamp.variants[0].price = souk::test::money(1999, "JPY");
        take({lamp, locationOf("loc-1", 1, "Main"), levelOf("item-1", 2, 7)});
        const auto listed = dataOf(get("products"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listed.size());
        const auto read = expectStatus(200, get("products/" + listed[0].textOr("id", "")));
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp <b>"), in(read, "title"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "untouched", std::string("<script>alert(1)</script>"), in(read, "description_html"));
        const auto variant = jsonOf(read).items("variants")->front();
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"amount":1999,"currency":"JPY"})"),
                             std::string(variant.at("price").raw()));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(7),
                             variant.items("stock")->front().integerOr("available", 0));
        CPPUNIT_ASSERT_EQUAL(std::string("Main"),
                             variant.items("stock")->front().textOr("location_name", ""));
        CPPUNIT_ASSERT_EQUAL(std::string("632910392"),
                             jsonOf(read).items("listings")->front().textOr("external_id", ""));
        CPPUNIT_ASSERT_EQUAL(
            std::string("632910392"),
            jsonOf(read).at("platform_sync").at("example").textOr("productId", ""));
        expectStatus(404, get("products/" + core::newId().text()));
        expectStatus(404, get("products/632910392"));
    }
    void productsAreFiltered() {
        auto draft = productOf("2", 2, "Sofa", {variantOf("2", "SOFA-2")});
        draft.status = "draft";
        draft.vendor = "Soft & Co";
        take({productOf("1", 1, "Lamp", {variantOf("1", "LAMP-1")}),
              draft,
              levelOf("item-1", 2, 0),
              levelOf("item-2", 2, 3)});
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp;Sofa;"), titles("products"));
        CPPUNIT_ASSERT_EQUAL(std::string("Sofa;"), titles("products?q=sof"));
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp;"), titles("products?q=lamp-1"));
        CPPUNIT_ASSERT_EQUAL(std::string("Sofa;"), titles("products?status=draft"));
        CPPUNIT_ASSERT_EQUAL(std::string("Sofa;"), titles("products?vendor=soft+%26+co"));
        CPPUNIT_ASSERT_EQUAL(std::string("Sofa;"), titles("products?in_stock=true"));
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp;"), titles("products?in_stock=false"));
        CPPUNIT_ASSERT_EQUAL(std::string(), titles("products?updated_since=2100-01-01T00:00:00Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp;Sofa;"),
                             titles("products?integration_id=" + integration_.text()));
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             titles("products?integration_id=" + core::newId().text()));
        for (const auto* filter : {"status=gone",
                                   "in_stock=1",
                                   "updated_since=now",
                                   "integration_id=1",
                                   "limit=251",
                                   "cursor=x",
                                   "colour=red"})
            expectStatus(400, get(std::string("products?") + filter));
    }
    void everyProductIsListedOnceOverAllPages() {
        std::vector<sdk::Record> products;
        for (int i = 0; i < 23; ++i) products.push_back(productOf(std::to_string(i), 1));
        take(products);
        std::set<std::string> seen;
        std::string more;
        int pages = 0;
        for (; pages < 30; ++pages) {
            const auto page = expectStatus(200, get("products?limit=5" + more));
            for (const auto& product : dataOf(page))
                CPPUNIT_ASSERT(seen.insert(product.textOr("id", "")).second);
            const auto cursor = jsonOf(page).textOr("next_cursor", "");
            if (cursor.empty()) break;
            more = "&cursor=" + cursor;
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(23), seen.size());
        CPPUNIT_ASSERT_EQUAL(4, pages);
    }
    void aCursorIsBoundToItsFilters() {
        take({productOf("1", 1), productOf("2", 1), customerOf("1", 1), customerOf("2", 1)});
        const auto cursor = in(get("products?limit=1&status=active"), "next_cursor");
        expectStatus(200, get("products?limit=2&status=active&cursor=" + cursor));
        expectStatus(400, get("products?status=draft&cursor=" + cursor));
        expectStatus(400, get("products?cursor=" + cursor));
        expectStatus(400, get("customers?status=active&cursor=" + cursor));
        expectStatus(400, get("customers?cursor=" + cursor));
    }
    void aChangedStockIsAChangedProduct() {
        take({productOf("1", 1, "Lamp", {variantOf("1")}), levelOf("item-1", 2, 7)});
        const auto path = "products/" + dataOf(get("products"))[0].textOr("id", "");
        const sdk::Headers known{{"If-None-Match", header(get(path), "ETag")}};
        expectStatus(304, get(path, known));
        take({levelOf("item-1", 3, 6)});
        expectStatus(200, get(path, known));
    }
    void anOrderIsReadWithItsLinesAndBothMoneys() {
        auto order = orderOf("450789469", 2, "paid", {lineOf("1", 2), lineOf("2")});
        order.total = sdk::Price{{2500, "USD"}, {390000, "JPY"}};
        order.note = "<i>please</i>";
        order.shippingAddress = R"({"city":"Bonn"})";
        sdk::Refund refund;
        refund.externalId = "r1";
        refund.total = souk::test::price(500);
        refund.createdAt = souk::test::second(3);
        order.refunds = {refund};
        sdk::Fulfilment parcel;
        parcel.externalId = "f1";
        parcel.status = "success";
        order.fulfilments = {parcel};
        take({order});
        const auto listed = dataOf(get("orders"));
        const auto path = "orders/" + listed[0].textOr("id", "");
        const auto read = expectStatus(200, get(path));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"shop":{"amount":2500,"currency":"USD"},)"
                                         R"("presentment":{"amount":390000,"currency":"JPY"}})"),
                             std::string(jsonOf(read).at("total").raw()));
        CPPUNIT_ASSERT_EQUAL(std::string("<i>please</i>"), in(read, "note"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), jsonOf(read).items("lines")->size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), jsonOf(read).items("refunds")->size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), jsonOf(read).items("fulfilments")->size());
        expectStatus(304, get(path, {{"If-None-Match", header(read, "ETag")}}));
        expectStatus(404, get("orders/" + core::newId().text()));
    }
    void ordersAreFiltered() {
        auto late = orderOf("2", 5, "paid");
        late.placedAt = souk::test::second(3600);
        late.fulfilmentStatus = "fulfilled";
        late.customerExternalId = "7";
        take({customerOf("7", 1), orderOf("1", 1), late});
        CPPUNIT_ASSERT_EQUAL(std::string("#1;#2;"), names("orders"));
        CPPUNIT_ASSERT_EQUAL(std::string("#2;"), names("orders?financial_status=paid"));
        CPPUNIT_ASSERT_EQUAL(std::string("#2;"), names("orders?fulfilment_status=fulfilled"));
        CPPUNIT_ASSERT_EQUAL(std::string("#1;#2;"), names("orders?status=open"));
        CPPUNIT_ASSERT_EQUAL(std::string(), names("orders?status=cancelled"));
        const auto hour = sdk::rfc3339(souk::test::second(1800));
        CPPUNIT_ASSERT_EQUAL(std::string("#2;"), names("orders?placed_from=" + hour));
        CPPUNIT_ASSERT_EQUAL(std::string("#1;"), names("orders?placed_until=" + hour));
        CPPUNIT_ASSERT_EQUAL(std::string("#2;"), names("orders?name=%232"));
        const auto customer = dataOf(get("customers"))[0].textOr("id", "");
        CPPUNIT_ASSERT_EQUAL(std::string("#2;"), names("orders?customer_id=" + customer));
        for (const auto* filter : {"status=closd", "placed_from=x", "customer_id=x", "q=x"})
            expectStatus(400, get(std::string("orders?") + filter));
    }
    void customersAreReadAndFiltered() {
        take({customerOf("1", 1, "ada@shop.test"), customerOf("2", 1, "bob@shop.test")});
        const auto listed = dataOf(expectStatus(200, get("customers?email=ADA@shop.test")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listed.size());
        const auto read = expectStatus(200, get("customers/" + listed[0].textOr("id", "")));
        CPPUNIT_ASSERT_EQUAL(std::string("ada@shop.test"), in(read, "email"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), dataOf(get("customers?q=bob")).size());
        expectStatus(404, get("customers/" + core::newId().text()));
        expectStatus(400, get("customers?phone=1"));
    }
    void aDeletedRecordIsGoneFromListsAndStillReadable() {
        take({productOf("1", 1)});
        const auto id = dataOf(get("products"))[0].textOr("id", "");
        take({souk::test::deletionOf(sdk::Entity::Product, "1", 5)});
        CPPUNIT_ASSERT(dataOf(get("products")).empty());
        const auto read = expectStatus(200, get("products/" + id));
        CPPUNIT_ASSERT(jsonOf(read).has("deleted_at"));
    }
    void theLogTellsWhatWasDone() {
        take({productOf("1", 2)});
        take({productOf("1", 1, "Older")});
        const auto entries = dataOf(expectStatus(200, get("sync-logs?entity=product")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), entries.size());
        CPPUNIT_ASSERT_EQUAL(std::string("stale"), entries[0].textOr("action", ""));
        CPPUNIT_ASSERT_EQUAL(std::string("created"), entries[1].textOr("action", ""));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), dataOf(get("sync-logs?action=stale")).size());
        const auto first = get("sync-logs?limit=1&external_id=1");
        const auto second =
            get("sync-logs?limit=1&external_id=1&cursor=" + in(first, "next_cursor"));
        CPPUNIT_ASSERT_EQUAL(entries[1].textOr("id", ""), dataOf(second)[0].textOr("id", ""));
        for (const auto* filter : {"action=made", "cause=luck", "since=x", "entity_id=1"})
            expectStatus(400, get(std::string("sync-logs?") + filter));
    }
    void theOverviewCounts() {
        take({productOf("1", 1, "Lamp", {variantOf("1"), variantOf("2")}),
              customerOf("1", 1),
              orderOf("1", 1)});
        const auto overview = expectStatus(200, get("overview"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), in(overview, "products"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), in(overview, "variants"));
        const auto shop = jsonOf(overview).items("integrations")->front();
        CPPUNIT_ASSERT_EQUAL(integration_.text(), shop.textOr("integration_id", ""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), shop.integerOr("orders", 0));
        expectStatus(400, get("overview?of=all"));
    }
    void anEmptyStoreAnswersEmptyLists() {
        for (const auto* list :
             {"products", "orders", "customers", "sync-logs", "webhooks", "sync"})
            CPPUNIT_ASSERT(dataOf(expectStatus(200, get(list))).empty());
    }

private:
    RawAnswer get(const std::string& target, const sdk::Headers& headers = {}) {
        return hub_->get("/api/v1/" + target, viewer_, headers);
    }
    void take(const std::vector<sdk::Record>& records) {
        hub_->take(store_, integration_, records);
    }
    std::string all(const std::string& target, const std::string& member) {
        std::set<std::string> found;
        for (const auto& item : dataOf(expectStatus(200, get(target))))
            found.insert(item.textOr(member, ""));
        std::string joined;
        for (const auto& one : found) joined += one + ";";
        return joined;
    }
    std::string titles(const std::string& target) { return all(target, "title"); }
    std::string names(const std::string& target) { return all(target, "name"); }

    std::unique_ptr<ApiHub> hub_;
    core::Uuid store_;
    core::Uuid integration_;
    std::string viewer_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ApiReadingTest);

}  // namespace souk::web::test
