#include "plugins/shopify/support.hpp"
#include "translate_graphql.hpp"
#include "translate_rest.hpp"

namespace souk::shopify::tests {

/// The same object in the same state, once as a webhook body and once as a GraphQL node.
class TranslateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TranslateTest);
    CPPUNIT_TEST(aProductIsTheSameRecordInBothShapes);
    CPPUNIT_TEST(aCustomerIsTheSameRecordInBothShapes);
    CPPUNIT_TEST(anOrderIsTheSameRecordInBothShapes);
    CPPUNIT_TEST(aLocationIsTheSameRecordInBothShapes);
    CPPUNIT_TEST(aStockLevelIsTheSameRecordInBothShapes);
    CPPUNIT_TEST(untrackedStockIsUnknownInBothShapes);
    CPPUNIT_TEST(aProductCarriesItsFields);
    CPPUNIT_TEST(anOrderCarriesItsFields);
    CPPUNIT_TEST(idsBeyondDoublesKeepTheirDigits);
    CPPUNIT_TEST(extraIsThePlatformsOwnBytes);
    CPPUNIT_TEST(currenciesWithoutDecimalsStayExact);
    CPPUNIT_TEST(moreDecimalsThanTheCurrencyHasAreRefused);
    CPPUNIT_TEST(aBodyWithoutAllVariantsIsPartial);
    CPPUNIT_TEST(aBodyWithoutMediaIsPartial);
    CPPUNIT_TEST(aNodeWithMoreChildrenIsPartial);
    CPPUNIT_TEST(aCustomerWithoutTagsIsFetched);
    CPPUNIT_TEST(theDefaultAddressIsFoundAmongTheAddresses);
    CPPUNIT_TEST(anOrdersStatusComesFromItsTimes);
    CPPUNIT_TEST(shownFulfilmentStatesBecomeFour);
    CPPUNIT_TEST(missingMoneySetsAreZeroInTheOrdersCurrencies);
    CPPUNIT_TEST(aRefundInTwoCurrenciesIsFetched);
    CPPUNIT_TEST(bothMoniesOfAnOrderAreKept);
    CPPUNIT_TEST(aGuestOrderHasNoCustomer);
    CPPUNIT_TEST(theDefaultVariantsTitleIsNone);
    CPPUNIT_TEST(mixedCurrenciesInALineAreRefused);
    CPPUNIT_TEST_SUITE_END();

    sdk::Account account_ = ShopStage().account;

    static std::string replaced(std::string text, std::string_view what, std::string_view with) {
        const auto at = text.find(what);
        CPPUNIT_ASSERT_MESSAGE(std::string(what), at != std::string::npos);
        return text.replace(at, what.size(), with);
    }

    sdk::Record restProduct(const std::string& body) {
        return valueOf(rest::productFrom(jsonFrom(body), account_));
    }
    sdk::Record restOrder(const std::string& body) {
        return valueOf(rest::orderFrom(jsonFrom(body), account_));
    }
    sdk::Record graphqlOrder(const std::string& node) {
        return valueOf(graphql::orderFrom(jsonFrom(node), account_));
    }

public:
    void aProductIsTheSameRecordInBothShapes() {
        const auto node = jsonFrom(fixture("product_graphql.json"));
        CPPUNIT_ASSERT_EQUAL(unified(restProduct(fixture("product_rest.json"))),
                             unified(valueOf(graphql::productFrom(node, account_))));
    }

    void aCustomerIsTheSameRecordInBothShapes() {
        const auto body = jsonFrom(fixture("customer_rest.json"));
        const auto node = jsonFrom(fixture("customer_graphql.json"));
        CPPUNIT_ASSERT_EQUAL(unified(valueOf(rest::customerFrom(body, account_))),
                             unified(valueOf(graphql::customerFrom(node, account_))));
        const auto record = valueOf(rest::customerFrom(body, account_));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"address1":"Chestnut Street 92","city":"Louisville","province":"Kentucky",)"
                R"("province_code":"KY","postal_code":"40202","country":"United States",)"
                R"("country_code":"US","phone":"555-625-1199"})"),
            as<sdk::Customer>(record).defaultAddress);
    }

    void anOrderIsTheSameRecordInBothShapes() {
        CPPUNIT_ASSERT_EQUAL(unified(restOrder(fixture("order_rest.json"))),
                             unified(graphqlOrder(fixture("order_graphql.json"))));
    }

    void aLocationIsTheSameRecordInBothShapes() {
        const auto body = jsonFrom(fixture("location_rest.json"));
        const auto node = jsonFrom(fixture("location_graphql.json"));
        CPPUNIT_ASSERT_EQUAL(unified(valueOf(rest::locationFrom(body, account_))),
                             unified(valueOf(graphql::locationFrom(node, account_))));
    }

    void aStockLevelIsTheSameRecordInBothShapes() {
        const auto body = jsonFrom(
            R"({"inventory_item_id":271878346596884015,"location_id":24826418,"available":-3,)"
            R"("updated_at":"2026-10-31T22:15:07-04:00"})");
        const auto node = jsonFrom(
            R"({"updatedAt":"2026-11-01T02:15:07Z",)"
            R"("quantities":[{"name":"on_hand","quantity":9},{"name":"available","quantity":-3}]})");
        CPPUNIT_ASSERT_EQUAL(
            unified(valueOf(rest::stockFrom(body, account_))),
            unified(valueOf(graphql::stockFrom(node, {"271878346596884015", "24826418", true}))));
    }

    void untrackedStockIsUnknownInBothShapes() {
        const auto body = jsonFrom(R"({"inventory_item_id":1,"location_id":2,"available":null,)"
                                   R"("updated_at":"2026-11-01T02:15:07Z"})");
        const auto node = jsonFrom(R"({"updatedAt":"2026-11-01T02:15:07Z",)"
                                   R"("quantities":[{"name":"available","quantity":0}]})");
        const auto fromBody = valueOf(rest::stockFrom(body, account_));
        CPPUNIT_ASSERT(!as<sdk::StockLevel>(fromBody).available);
        CPPUNIT_ASSERT_EQUAL(unified(fromBody),
                             unified(valueOf(graphql::stockFrom(node, {"1", "2", false}))));
    }

    void aProductCarriesItsFields() {
        const auto record = restProduct(fixture("product_rest.json"));
        const auto& product = as<sdk::Product>(record);
        CPPUNIT_ASSERT_EQUAL(std::string("active"), product.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, product.variants.size());
        const auto& variant = product.variants[0];
        CPPUNIT_ASSERT_EQUAL(std::string("271878346596884015"), variant.inventoryItemId);
        CPPUNIT_ASSERT(variant.price == (sdk::Money{1990, "USD"}));
        CPPUNIT_ASSERT(variant.compareAtPrice == (sdk::Money{2499, "USD"}));
        CPPUNIT_ASSERT(variant.options == (std::vector<std::pair<std::string, std::string>>{
                                              {"Color", "Red"}, {"Size", "S"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("deny"), variant.inventoryPolicy);
        CPPUNIT_ASSERT_EQUAL(std::string("external_video"), product.media[1].kind);
        CPPUNIT_ASSERT(product.tags ==
                       (std::vector<std::string>{"A tag with spaces", "winter", "wool"}));
        CPPUNIT_ASSERT(!product.partial);
    }

    void anOrderCarriesItsFields() {
        const auto record = restOrder(fixture("order_rest.json"));
        const auto& order = as<sdk::Order>(record);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), order.status);
        CPPUNIT_ASSERT_EQUAL(std::string("partial"), order.fulfilmentStatus);
        CPPUNIT_ASSERT_EQUAL(std::string("115310627314723954"), order.customerExternalId);
        CPPUNIT_ASSERT(order.lines[0].discount.shop == (sdk::Money{2000, "USD"}));
        CPPUNIT_ASSERT(order.lines[0].tax.presentment == (sdk::Money{400, "USD"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, order.lines[0].quantity);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, order.lines[0].currentQuantity);
        CPPUNIT_ASSERT(order.lines[1].productExternalId.empty());
        CPPUNIT_ASSERT(order.refunds[0].total.shop == (sdk::Money{19900, "USD"}));
        CPPUNIT_ASSERT_EQUAL(std::string("USPS"), order.fulfilments[0].trackingCompany);
        CPPUNIT_ASSERT_EQUAL(std::string("null"), order.billingAddress);
    }

    void idsBeyondDoublesKeepTheirDigits() {
        const auto record = restProduct(fixture("product_rest.json"));
        const auto& product = as<sdk::Product>(record);
        CPPUNIT_ASSERT_EQUAL(std::string("788032119674292922"), product.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("757650484644203962"), product.variants[1].externalId);
    }

    void extraIsThePlatformsOwnBytes() {
        const auto body = fixture("product_rest.json");
        const auto record = restProduct(body);
        CPPUNIT_ASSERT_EQUAL(body.substr(0, body.rfind('}') + 1), as<sdk::Product>(record).extra);
        CPPUNIT_ASSERT_MESSAGE("a body does not say whose it is",
                               !as<sdk::Product>(record).originTold);
    }

    void currenciesWithoutDecimalsStayExact() {
        account_.currency = "JPY";
        auto body = replaced(fixture("product_rest.json"), R"("19.90")", R"("1990")");
        body = replaced(body, R"("24.99")", R"("2499.00")");
        body = replaced(body, R"("19.90")", "1990");
        const auto record = restProduct(body);
        const auto& variants = as<sdk::Product>(record).variants;
        CPPUNIT_ASSERT(variants[0].price == (sdk::Money{1990, "JPY"}));
        CPPUNIT_ASSERT(variants[0].compareAtPrice == (sdk::Money{2499, "JPY"}));
        CPPUNIT_ASSERT(variants[1].price == (sdk::Money{1990, "JPY"}));
    }

    void moreDecimalsThanTheCurrencyHasAreRefused() {
        account_.currency = "JPY";
        const auto error =
            errorOf(rest::productFrom(jsonFrom(fixture("product_rest.json")), account_));
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(error));
        assertMentions(error.message, "variants[0].price");
    }

    void aBodyWithoutAllVariantsIsPartial() {
        const auto body = replaced(fixture("product_rest.json"),
                                   R"("variant_gids": [)",
                                   R"("variant_gids": [{"admin_graphql_api_id": "x"},)");
        const auto record = restProduct(body);
        CPPUNIT_ASSERT(as<sdk::Product>(record).partial);
    }

    void aBodyWithoutMediaIsPartial() {
        auto body = replaced(fixture("product_rest.json"), R"("media": [)", R"("former": [)");
        body = replaced(body,
                        R"("images": [])",
                        R"("images": [{"id": 7, "src": "https://cdn/x.png", "alt": null}])");
        const auto record = restProduct(body);
        CPPUNIT_ASSERT(as<sdk::Product>(record).partial);
        CPPUNIT_ASSERT_EQUAL(std::string("https://cdn/x.png"),
                             as<sdk::Product>(record).media.at(0).url);
    }

    void aNodeWithMoreChildrenIsPartial() {
        const auto node = replaced(
            fixture("product_graphql.json"), R"("hasNextPage": false)", R"("hasNextPage": true)");
        const auto product = valueOf(graphql::productFrom(jsonFrom(node), account_));
        CPPUNIT_ASSERT(as<sdk::Product>(product).originTold);
        CPPUNIT_ASSERT(as<sdk::Product>(product).partial);
        const auto order = replaced(
            fixture("order_graphql.json"), R"("hasNextPage": false)", R"("hasNextPage": true)");
        CPPUNIT_ASSERT(as<sdk::Order>(graphqlOrder(order)).partial);
    }

    void aCustomerWithoutTagsIsFetched() {
        const auto body = replaced(fixture("customer_rest.json"), R"("tags")", R"("former_tags")");
        const auto record = valueOf(rest::customerFrom(jsonFrom(body), account_));
        CPPUNIT_ASSERT_EQUAL(std::string("706405506930370084"),
                             as<sdk::Refetch>(record).externalId);
    }

    void theDefaultAddressIsFoundAmongTheAddresses() {
        const auto record = valueOf(rest::customerFrom(
            jsonFrom(R"({"id":1,"tags":"","updated_at":"2026-11-01T02:15:07Z","addresses":)"
                     R"([{"city":"Bonn","default":false},{"city":"Ulm","default":true}]})"),
            account_));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"city":"Ulm"})"),
                             as<sdk::Customer>(record).defaultAddress);
    }

    void anOrdersStatusComesFromItsTimes() {
        auto body = replaced(fixture("order_rest.json"),
                             R"("cancelled_at": "2026-10-31T22:15:07-04:00")",
                             R"("cancelled_at": null)");
        CPPUNIT_ASSERT_EQUAL(std::string("open"), as<sdk::Order>(restOrder(body)).status);
        body = replaced(body, R"("closed_at": null)", R"("closed_at": "2026-11-01T02:15:07Z")");
        CPPUNIT_ASSERT_EQUAL(std::string("closed"), as<sdk::Order>(restOrder(body)).status);
    }

    void shownFulfilmentStatesBecomeFour() {
        const std::pair<std::string, std::string> cases[] = {{"FULFILLED", "fulfilled"},
                                                             {"RESTOCKED", "restocked"},
                                                             {"UNFULFILLED", "unfulfilled"},
                                                             {"ON_HOLD", "unfulfilled"},
                                                             {"SCHEDULED", "unfulfilled"}};
        for (const auto& [shown, ours] : cases) {
            const auto node = replaced(fixture("order_graphql.json"), "PARTIALLY_FULFILLED", shown);
            CPPUNIT_ASSERT_EQUAL(ours, as<sdk::Order>(graphqlOrder(node)).fulfilmentStatus);
        }
        const auto body = replaced(fixture("order_rest.json"), R"("partial")", "null");
        CPPUNIT_ASSERT_EQUAL(std::string("unfulfilled"),
                             as<sdk::Order>(restOrder(body)).fulfilmentStatus);
    }

    void missingMoneySetsAreZeroInTheOrdersCurrencies() {
        const auto node =
            replaced(fixture("order_graphql.json"), R"("totalTaxSet")", R"("otherSet")");
        const auto record = graphqlOrder(node);
        CPPUNIT_ASSERT(as<sdk::Order>(record).tax.presentment == (sdk::Money{0, "USD"}));
    }

    void aRefundInTwoCurrenciesIsFetched() {
        const auto body = replaced(fixture("order_rest.json"),
                                   R"("presentment_currency": "USD")",
                                   R"("presentment_currency": "EUR")");
        const auto plain = replaced(replaced(body, R"("discount_allocations": [)", R"("gone": [)"),
                                    R"("tax_lines": [)",
                                    R"("gone_too": [)");
        const auto record = restOrder(plain);
        CPPUNIT_ASSERT(as<sdk::Order>(record).partial);
        CPPUNIT_ASSERT(as<sdk::Order>(record).refunds.empty());
    }

    void bothMoniesOfAnOrderAreKept() {
        auto node = fixture("order_graphql.json");
        const auto at = node.find(R"("presentmentMoney")", node.find(R"("totalPriceSet")"));
        node.replace(node.find("392.0", at), 5, "41000");
        node.replace(node.find("USD", at), 3, "JPY");
        const auto record = graphqlOrder(node);
        CPPUNIT_ASSERT(as<sdk::Order>(record).total.shop == (sdk::Money{39200, "USD"}));
        CPPUNIT_ASSERT(as<sdk::Order>(record).total.presentment == (sdk::Money{41000, "JPY"}));
    }

    void aGuestOrderHasNoCustomer() {
        const auto body =
            replaced(fixture("order_rest.json"), R"("customer": {)", R"("someone": {)");
        CPPUNIT_ASSERT(as<sdk::Order>(restOrder(body)).customerExternalId.empty());
    }

    void theDefaultVariantsTitleIsNone() {
        const auto body = replaced(fixture("order_rest.json"),
                                   R"("variant_title": "Red / S")",
                                   R"("variant_title": "Default Title")");
        CPPUNIT_ASSERT(as<sdk::Order>(restOrder(body)).lines[0].variantTitle.empty());
    }

    void mixedCurrenciesInALineAreRefused() {
        auto node = fixture("order_graphql.json");
        node.replace(node.find("USD", node.find(R"("taxLines")")), 3, "EUR");
        const auto error = errorOf(graphql::orderFrom(jsonFrom(node), account_));
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(error));
        assertMentions(error.message, "EUR");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TranslateTest);

}  // namespace souk::shopify::tests
