#include "host/intake/world.hpp"
#include "orders/reader.hpp"
#include "orders/writer.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::orders {

using namespace souk::test;

namespace {

struct Shop : World {
    store::Effect put(const sdk::Order& order, bool authoritative = false) const {
        store::RecordScope by = scope();
        by.authoritative = authoritative;
        return inStore([&](store::Transaction& tx) { return writeOrders(tx, by, {&order}).at(0); });
    }
    OrderDetail read() const {
        const core::Uuid id = *core::Uuid::parse(text("SELECT id::text AS n FROM orders"));
        return *inStore([&](store::Transaction& tx) { return findOrder(tx, storeId, id); });
    }
};

sdk::Price yenAndDinar(const std::string& yen, const std::string& dinar) {
    return {*sdk::moneyFrom(yen, "JPY"), *sdk::moneyFrom(dinar, "KWD")};
}

sdk::Order fullOrder(int seconds) {
    sdk::Order order = orderOf("1", seconds, "paid", {lineOf("11", 2), lineOf("12")});
    order.email = "a@example.com";
    order.phone = "+491";
    order.customerExternalId = "7";
    order.refunds = {{"21", price(500), "broken", second(5)}};
    order.fulfilments = {{"31", "success", "DHL", "JD1", second(6), second(7)}};
    order.tags = {"b2b", "urgent"};
    order.note = "please ring";
    order.shippingAddress = R"({"city":"Bonn"})";
    order.cancelledAt = second(8);
    return order;
}

}  // namespace

class OrderWriterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OrderWriterTest);
    CPPUNIT_TEST(everyFieldComesBack);
    CPPUNIT_TEST(childrenAreReplacedAsASetAndKeepTheirIds);
    CPPUNIT_TEST(aCutOrderTakesNoLineAway);
    CPPUNIT_TEST(aLineWhoseProductIsGoneStillNamesIt);
    CPPUNIT_TEST(threeHundredLinesArriveInOrder);
    CPPUNIT_TEST(moneyOfTwoCurrenciesIsExact);
    CPPUNIT_TEST(aChangedChildAloneIsNews);
    CPPUNIT_TEST(paidBeforeCreatedEndsPaid);
    CPPUNIT_TEST(aPageOf250OrdersIsWrittenAndUpdated);
    CPPUNIT_TEST(aRepeatedLineIsOneRow);
    CPPUNIT_TEST(listsFilterAndPage);
    CPPUNIT_TEST(ofADeletedOrderTheLinesStay);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyFieldComesBack() {
        const Shop shop;
        CPPUNIT_ASSERT(shop.put(fullOrder(10)).change == "created");
        const OrderDetail order = shop.read();
        CPPUNIT_ASSERT_EQUAL(std::string("#1"), order.summary.name);
        CPPUNIT_ASSERT(order.summary.total == price(1160));
        CPPUNIT_ASSERT(order.tax == price(160));
        CPPUNIT_ASSERT(order.summary.email == "a@example.com");
        CPPUNIT_ASSERT(order.summary.customerExternalId == "7");
        CPPUNIT_ASSERT(!order.summary.customerId);
        CPPUNIT_ASSERT(order.summary.cancelledAt == second(8));
        CPPUNIT_ASSERT(order.tags == std::vector<std::string>({"b2b", "urgent"}));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"city": "Bonn"})"), order.shippingAddress);
        CPPUNIT_ASSERT_EQUAL(std::string("null"), order.billingAddress);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, order.summary.lineCount);
        CPPUNIT_ASSERT(order.lines.at(0).line.unitPrice == price(1000));
        CPPUNIT_ASSERT(order.refunds.at(0).total == price(500));
        CPPUNIT_ASSERT(order.refunds.at(0).createdAt == second(5));
        CPPUNIT_ASSERT_EQUAL(std::string("JD1"), order.fulfilments.at(0).trackingNumber);
        CPPUNIT_ASSERT(order.fulfilments.at(0).updatedAt == second(7));
    }

    void childrenAreReplacedAsASetAndKeepTheirIds() {
        const Shop shop;
        shop.put(fullOrder(10));
        const core::Uuid kept = shop.read().lines.at(1).id;
        sdk::Order edited = fullOrder(20);
        edited.lines = {lineOf("12", 5), lineOf("13")};
        edited.refunds.clear();
        edited.fulfilments.push_back({"32", "pending", "", "", second(9), second(9)});
        CPPUNIT_ASSERT(shop.put(edited).change == "updated");
        const OrderDetail order = shop.read();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, order.lines.size());
        CPPUNIT_ASSERT(order.lines.at(0).id == kept);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, order.lines.at(0).line.quantity);
        CPPUNIT_ASSERT_EQUAL(std::string("13"), order.lines.at(1).line.externalId);
        CPPUNIT_ASSERT(order.refunds.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, order.fulfilments.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, order.summary.version);
    }

    void aCutOrderTakesNoLineAway() {
        const Shop shop;
        shop.put(fullOrder(10));
        sdk::Order cut = fullOrder(20);
        cut.lines.resize(1);
        cut.partial = true;
        CPPUNIT_ASSERT(shop.put(cut).verdict == store::Verdict::Refetch);
        CPPUNIT_ASSERT(shop.put(cut, true).verdict == store::Verdict::Updated);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.read().lines.size());
    }

    void aLineWhoseProductIsGoneStillNamesIt() {
        const Shop shop;
        shop.put(orderOf("1", 10, "paid", {lineOf("11"), lineOf("12")}));
        sdk::Order forgotten = orderOf("1", 10, "paid", {lineOf("11"), lineOf("12"), lineOf("13")});
        for (sdk::OrderLine& line : forgotten.lines) {
            line.variantExternalId.clear();
            if (line.externalId != "12") line.productExternalId.clear();
        }
        CPPUNIT_ASSERT(shop.put(forgotten, true).verdict == store::Verdict::Updated);
        const OrderDetail order = shop.read();
        for (const std::size_t known : {0U, 1U}) {
            const sdk::OrderLine& line = order.lines.at(known).line;
            CPPUNIT_ASSERT_EQUAL("p" + line.externalId, line.productExternalId);
            CPPUNIT_ASSERT_EQUAL("v" + line.externalId, line.variantExternalId);
        }
        // What nobody ever said is not there.
        CPPUNIT_ASSERT_EQUAL(std::string(), order.lines.at(2).line.productExternalId);
        // Another product is news all the same.
        forgotten.updatedAt = second(20);
        forgotten.lines[1].productExternalId = "p99";
        shop.put(forgotten);
        CPPUNIT_ASSERT_EQUAL(std::string("p99"), shop.read().lines.at(1).line.productExternalId);
    }

    void threeHundredLinesArriveInOrder() {
        const Shop shop;
        sdk::Order order = orderOf("1", 10);
        for (int at = 0; at < 300; ++at) order.lines.push_back(lineOf(std::to_string(1000 - at)));
        shop.put(order);
        const OrderDetail read = shop.read();
        CPPUNIT_ASSERT_EQUAL(std::size_t{300}, read.lines.size());
        CPPUNIT_ASSERT_EQUAL(std::string("1000"), read.lines.front().line.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("701"), read.lines.back().line.externalId);
        order.updatedAt = second(20);
        order.lines.erase(order.lines.begin(), order.lines.begin() + 299);
        shop.put(order);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.count("order_items"));
    }

    void moneyOfTwoCurrenciesIsExact() {
        const Shop shop;
        sdk::Order order = orderOf("1", 10, "paid", {lineOf("11")});
        order.total = yenAndDinar("9007199254740993", "0.001");
        order.lines[0].unitPrice = yenAndDinar("1500", "1.234");
        shop.put(order);
        const OrderDetail read = shop.read();
        CPPUNIT_ASSERT(read.summary.total == order.total);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, read.summary.total->presentment.minor);
        CPPUNIT_ASSERT(read.lines.at(0).line.unitPrice == order.lines[0].unitPrice);
    }

    void aChangedChildAloneIsNews() {
        const Shop shop;
        sdk::Order order = fullOrder(10);
        shop.put(order);
        order.updatedAt = second(11);
        CPPUNIT_ASSERT(shop.put(order).verdict == store::Verdict::Touched);
        order.updatedAt = second(12);
        order.fulfilments[0].trackingNumber = "JD2";
        CPPUNIT_ASSERT(shop.put(order).verdict == store::Verdict::Updated);
        order.updatedAt = second(13);
        order.extra = R"({"irrelevant":true})";
        CPPUNIT_ASSERT(shop.put(order).verdict == store::Verdict::Touched);
    }

    void paidBeforeCreatedEndsPaid() {
        const Shop shop;
        shop.put(orderOf("1", 20, "paid"));
        CPPUNIT_ASSERT(shop.put(orderOf("1", 10, "pending")).verdict == store::Verdict::Stale);
        CPPUNIT_ASSERT_EQUAL(std::string("paid"), shop.read().summary.financialStatus);
    }

    void aPageOf250OrdersIsWrittenAndUpdated() {
        const Shop shop;
        const auto put = [&](int seconds, const std::string& status, int lines) {
            std::vector<sdk::Order> orders;
            for (int id = 0; id < 250; ++id) {
                orders.push_back(orderOf(std::to_string(id), seconds, status));
                for (int line = 0; line < lines; ++line)
                    orders.back().lines.push_back(lineOf(std::to_string(line)));
            }
            std::vector<const sdk::Order*> page;
            for (const sdk::Order& order : orders) page.push_back(&order);
            return shop.inStore(
                [&](store::Transaction& tx) { return writeOrders(tx, shop.scope(), page); });
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{250}, put(10, "pending", 3).size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{750}, shop.count("order_items"));
        put(20, "paid", 2);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, shop.count("order_items"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{250},
                             shop.count("orders WHERE financial_status = 'paid'"));
    }

    void aRepeatedLineIsOneRow() {
        const Shop shop;
        shop.put(orderOf("1", 10, "paid", {lineOf("11"), lineOf("11", 9)}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.read().lines.size());
    }

    void listsFilterAndPage() {
        const Shop shop;
        for (int id = 1; id <= 3; ++id) {
            sdk::Order order = orderOf(std::to_string(id), 10, id == 1 ? "paid" : "pending");
            order.placedAt = second(100 * id);
            order.customerExternalId = id == 3 ? "7" : "";
            shop.put(order);
        }
        const sdk::Customer ada = customerOf("7", 10, "ada@example.com");
        shop.inStore(
            [&](store::Transaction& tx) { return writeCustomers(tx, shop.scope(), {&ada}); });
        const auto list = [&](const OrderFilter& filter,
                              const std::optional<store::KeysetPosition>& after = std::nullopt,
                              std::int32_t limit = 10) {
            return shop.inStore([&](store::Transaction& tx) {
                return listOrders(tx, shop.storeId, filter, after, limit);
            });
        };
        OrderFilter filter;
        filter.financialStatus = "paid";
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, list(filter).size());
        filter = {};
        filter.placedFrom = second(200);
        filter.placedUntil = second(300);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), list(filter).at(0).externalId);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, list(filter).size());
        const auto all = list({});
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, all.size());
        CPPUNIT_ASSERT(all.at(2).customerId.has_value());
        filter = {};
        filter.customerId = all.at(2).customerId;
        CPPUNIT_ASSERT_EQUAL(std::string("3"), list(filter).at(0).externalId);
        filter = {};
        filter.name = "#2";
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, list(filter).size());
        const auto rest = list({}, store::KeysetPosition{all[0].updatedAt, all[0].id}, 1);
        CPPUNIT_ASSERT(rest.at(0).id == all[1].id);
    }

    void ofADeletedOrderTheLinesStay() {
        const Shop shop;
        shop.put(fullOrder(10));
        shop.inStore([&](store::Transaction& tx) {
            return removeOrders(tx, shop.scope(), {{"1", second(20)}}, store::ruleOnDeletion);
        });
        const OrderDetail order = shop.read();
        CPPUNIT_ASSERT(order.summary.deletedAt.has_value());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, order.lines.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, order.summary.version);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OrderWriterTest);

}  // namespace souk::orders
