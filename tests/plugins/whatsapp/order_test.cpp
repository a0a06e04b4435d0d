#include <souk/sdk/time.hpp>

#include "plugins/whatsapp/support.hpp"
#include "webhooks.hpp"

namespace souk::whatsapp::tests {

/// A cart that was sent becomes an order.
class OrderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OrderTest);
    CPPUNIT_TEST(anOrderMessageIsAnOrderAndAMessage);
    CPPUNIT_TEST(pricesStayExact);
    CPPUNIT_TEST(currenciesHaveTheirOwnDecimals);
    CPPUNIT_TEST(ordersThatCannotBeExactAreBad);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    NumberStage stage_;

    sdk::Result<std::vector<sdk::Record>> translate(const std::string& items) {
        const auto part =
            R"("type":"order","order":{"catalog_id":"88","text":"Gift wrap, please","product_items":)" +
            items + "}";
        return webhooks_.translate(
            {.account = kNumber,
             .topic = "messages",
             .headers = {},
             .body = change("messages", valueWith(R"("messages":[)" + message(part) + "]")),
             .triggeredAt = {}},
            stage_.account);
    }

    static std::string item(const std::string& id,
                            int quantity,
                            const std::string& price,
                            const std::string& currency = "USD") {
        return R"({"product_retailer_id":")" + id + R"(","quantity":)" + std::to_string(quantity) +
               R"(,"item_price":)" + price + R"(,"currency":")" + currency + "\"}";
    }

    sdk::Order orderOf(const std::string& items) {
        return as<sdk::Order>(valueOf(translate(items)).at(0));
    }

public:
    void anOrderMessageIsAnOrderAndAMessage() {
        const auto records = valueOf(
            translate("[" + item("mug-blue", 2, "7.99") + "," + item("pot", 1, "25") + "]"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, records.size());
        const auto& order = as<sdk::Order>(records[0]);
        CPPUNIT_ASSERT_EQUAL(std::string("wamid.A"), order.externalId);
        CPPUNIT_ASSERT_EQUAL(
            std::string("open/pending/unfulfilled"),
            order.status + "/" + order.financialStatus + "/" + order.fulfilmentStatus);
        CPPUNIT_ASSERT_EQUAL(std::string("US.134"), order.customerExternalId);
        CPPUNIT_ASSERT_EQUAL(std::string("+16505551234"), order.phone);
        CPPUNIT_ASSERT_EQUAL(std::string("Gift wrap, please"), order.note);
        CPPUNIT_ASSERT_EQUAL(std::string("2025-06-13T22:42:55Z"), sdk::rfc3339(order.placedAt));
        CPPUNIT_ASSERT(order.total.shop == (sdk::Money{4098, "USD"}) &&
                       order.total == order.current);
        CPPUNIT_ASSERT(order.tax.shop == (sdk::Money{0, "USD"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, order.lines.size());
        CPPUNIT_ASSERT_EQUAL(std::string("wamid.A/1"), order.lines[0].externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("mug-blue"), order.lines[0].variantExternalId);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, order.lines[0].currentQuantity);

        const auto& one = as<sdk::Message>(records[1]);
        CPPUNIT_ASSERT_EQUAL(std::string("order"), one.kind);
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"catalogue_id":"88","items":[{"external_id":"mug-blue","quantity":"2","unit_price":"7.99","currency":"USD"},)"
                R"({"external_id":"pot","quantity":"1","unit_price":"25","currency":"USD"}]})"),
            one.content);
    }

    void pricesStayExact() {
        CPPUNIT_ASSERT(orderOf("[" + item("a", 3, "0.10") + "]").total.shop ==
                       (sdk::Money{30, "USD"}));
        CPPUNIT_ASSERT(orderOf("[" + item("a", 1, "90071992547409.93") + "]").total.shop ==
                       (sdk::Money{9007199254740993, "USD"}));
        CPPUNIT_ASSERT(orderOf("[" + item("a", 1, "\"19.9\"") + "]").total.shop ==
                       (sdk::Money{1990, "USD"}));
    }

    void currenciesHaveTheirOwnDecimals() {
        CPPUNIT_ASSERT(orderOf("[" + item("a", 2, "1299", "JPY") + "]").total.shop ==
                       (sdk::Money{2598, "JPY"}));
        CPPUNIT_ASSERT(orderOf("[" + item("a", 1, "1.299", "KWD") + "]").total.shop ==
                       (sdk::Money{1299, "KWD"}));
    }

    void ordersThatCannotBeExactAreBad() {
        for (const auto& items :
             {std::string("[]"),
              "[" + item("a", 0, "1") + "]",
              "[" + item("", 1, "1") + "]",
              "[" + item("a", -1, "1") + "]",
              "[" + item("a", 1, "7.999") + "]",
              "[" + item("a", 1, "1e3") + "]",
              "[" + item("a", 1, "1", "ZZZ") + "]",
              "[" + item("a", 1, "1") + "," + item("b", 1, "1", "EUR") + "]",
              "[" + item("a", 2, "90071992547409930.00") + "]",
              std::string(R"([{"quantity":1,"item_price":1,"currency":"USD"}])")}) {
            const auto error = errorOf(translate(items));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(items, std::string("bad_payload"), kindOf(error));
            assertMentions(error.message, "order");
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OrderTest);

}  // namespace souk::whatsapp::tests
