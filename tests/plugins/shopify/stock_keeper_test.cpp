#include "stock_keeper.hpp"

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class StockKeeperTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StockKeeperTest);
    CPPUNIT_TEST(movesGoTogetherUnderTheirKey);
    CPPUNIT_TEST(nothingToMoveAsksNothing);
    CPPUNIT_TEST(refusalsNameTheReason);
    CPPUNIT_TEST(whatPassesIsTriedAgain);
    CPPUNIT_TEST(aShopThatDoesNotAllowItNamesTheScope);
    CPPUNIT_TEST_SUITE_END();

    StockKeeper keeper_;
    ShopStage stage_;

    sdk::Result<sdk::Done> sell(std::vector<sdk::StockMove> moves) {
        auto context = stage_.context();
        return keeper_.adjust(context, moves, "key-1");
    }
    static sdk::StockMove move(std::int64_t delta, const std::string& location = "2") {
        return {"9007199254740993", location, delta, "order-7"};
    }
    void refusedWith(const std::string& code, const std::string& message) {
        stage_.expectQuery(
            {},
            dataReply(R"({"inventoryAdjustQuantities":{"inventoryAdjustmentGroup":)"
                      R"(null,"userErrors":[{"code":")" +
                      code + R"(","field":["input"],"message":")" + message + R"("}]}})"));
    }

public:
    void movesGoTogetherUnderTheirKey() {
        stage_.expectQuery(
            {"inventoryAdjustQuantities(input: $input) @idempotent(key: $key)",
             R"("key":"key-1")",
             R"("name":"available","reason":"other")",
             R"("referenceDocumentUri":"gid://souk/Order/order-7")",
             R"({"inventoryItemId":"gid://shopify/InventoryItem/9007199254740993",)"
             R"("locationId":"gid://shopify/Location/2","delta":-2,"changeFromQuantity":null})",
             R"("locationId":"gid://shopify/Location/3","delta":1,"changeFromQuantity":null})"},
            dataReply(R"({"inventoryAdjustQuantities":{"inventoryAdjustmentGroup":)"
                      R"({"createdAt":"2026-11-21T00:00:00Z"},"userErrors":[]}})"));
        CPPUNIT_ASSERT(sell({move(-2), move(1, "3")}));
        CPPUNIT_ASSERT(stage_.http.sent()[0].repeatable);
    }

    void nothingToMoveAsksNothing() {
        CPPUNIT_ASSERT(sell({}));
        CPPUNIT_ASSERT(stage_.http.sent().empty());
    }

    void refusalsNameTheReason() {
        refusedWith("INVALID_LOCATION", "The specified location could not be found.");
        const auto error = errorOf(sell({move(-1)}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "location could not be found");
    }

    void whatPassesIsTriedAgain() {
        for (const auto* code : {"ADJUST_QUANTITIES_FAILED",
                                 "IDEMPOTENCY_CONCURRENT_REQUEST",
                                 "SERVICE_UNAVAILABLE"}) {
            refusedWith(code, "Try again.");
            CPPUNIT_ASSERT_EQUAL(std::string("transient"), kindOf(errorOf(sell({move(-1)}))));
        }
        stage_.expectQuery({}, sdk::Error{sdk::ErrorKind::Transient, "timeout", {}});
        CPPUNIT_ASSERT_EQUAL(std::string("transient"), kindOf(errorOf(sell({move(-1)}))));
    }

    void aShopThatDoesNotAllowItNamesTheScope() {
        stage_.expectQuery(
            {},
            okReply(
                R"({"data":{"inventoryAdjustQuantities":null},"errors":[{"message":"Access )"
                R"(denied for inventoryAdjustQuantities field. Required access: )"
                R"(`write_inventory` access scope.","extensions":{"code":"ACCESS_DENIED"}}]})"));
        const auto error = errorOf(sell({move(-1)}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "write_inventory");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StockKeeperTest);

}  // namespace souk::shopify::tests
