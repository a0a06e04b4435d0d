#include "intake/fault.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::intake {

class FaultTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FaultTest);
    CPPUNIT_TEST(aSoundProductHasNone);
    CPPUNIT_TEST(pricesOfVariantsAreLookedAt);
    CPPUNIT_TEST(aVariantHasAnId);
    CPPUNIT_TEST(ordersAreLookedAt);
    CPPUNIT_TEST_SUITE_END();

    static sdk::Product product(const sdk::Money& price) {
        sdk::Variant variant;
        variant.externalId = "v";
        variant.price = price;
        sdk::Product product;
        product.variants.push_back(variant);
        return product;
    }
    static sdk::Order order() {
        sdk::Order order;
        order.total = {{100, "EUR"}, {100, "EUR"}};
        sdk::OrderLine line;
        line.externalId = "l";
        line.quantity = line.currentQuantity = 1;
        line.unitPrice = order.total;
        order.lines.push_back(line);
        return order;
    }
    template <class T>
    static void expect(const std::string& fault, const T& record) {
        CPPUNIT_ASSERT_EQUAL(fault, faultOf(record).value_or("none"));
    }

public:
    void aSoundProductHasNone() {
        expect("none", product({0, ""}));
        expect("none", product({500, "JPY"}));
        expect("none", sdk::Product());
    }
    void pricesOfVariantsAreLookedAt() {
        expect("the price of variant v is below zero", product({-1, "EUR"}));
        expect("the price of variant v is in no currency there is", product({1, "EURO"}));
        expect("the price of variant v is in no currency there is", product({1, ""}));
        auto dear = product({1, "EUR"});
        dear.variants[0].compareAtPrice = sdk::Money{-2, "EUR"};
        expect("the former price of variant v is below zero", dear);
    }
    void aVariantHasAnId() {
        auto nameless = product({1, "EUR"});
        nameless.variants[0].externalId.clear();
        expect("a variant has no id", nameless);
    }
    void ordersAreLookedAt() {
        expect("none", order());
        auto bad = order();
        bad.total.presentment.minor = -1;
        expect("its total is below zero", bad);
        bad = order();
        bad.lines[0].currentQuantity = -1;
        expect("the quantity of line l is below zero", bad);
        bad = order();
        bad.lines[0].unitPrice.shop.currency = "?";
        expect("the price of line l is in no currency there is", bad);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FaultTest);

}  // namespace souk::intake
