#include "meta/offers.hpp"

#include "plugins/meta/support.hpp"

namespace souk::meta::tests {

class OffersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OffersTest);
    CPPUNIT_TEST(anOfferIsWrittenWhole);
    CPPUNIT_TEST(whatIsNotKnownIsLeftOut);
    CPPUNIT_TEST(anUpdateTakesBackWhatIsNoLongerKnown);
    CPPUNIT_TEST(aReducedPriceStandsBesideTheFormerOne);
    CPPUNIT_TEST(aReductionThatIsOverIsTakenBack);
    CPPUNIT_TEST(pricesHaveTheDecimalsOfTheirCurrency);
    CPPUNIT_TEST(anUnknownCurrencyIsRefused);
    CPPUNIT_TEST(longTextsAreCutBetweenCharacters);
    CPPUNIT_TEST(aWithdrawnOfferIsOnlyNamed);
    CPPUNIT_TEST(formattedPricesAreRead);
    CPPUNIT_TEST(theLowerPriceIsWhatBuyersPay);
    CPPUNIT_TEST(aPriceWithoutDigitsIsBad);
    CPPUNIT_TEST(statesOfReviewAreTold);
    CPPUNIT_TEST(aHiddenItemIsTold);
    CPPUNIT_TEST(anItemWithoutItsIdIsBad);
    CPPUNIT_TEST_SUITE_END();

    static sdk::OfferChange change(sdk::OfferChange::What what = sdk::OfferChange::What::Create) {
        sdk::OfferChange change;
        change.what = what;
        auto& offer = change.offer;
        offer.externalId = "mug-blue";
        offer.groupId = "mug";
        offer.title = "Mug, blue";
        offer.description = "Holds \"coffee\"";
        offer.link = "https://shop.example/products/mug";
        offer.images = {"https://shop.example/1.jpg", "https://shop.example/2.jpg"};
        offer.brand = "Souk";
        offer.category = "Kitchen";
        offer.barcode = "4006381333931";
        offer.price = {1990, "USD"};
        offer.available = 7;
        offer.options = {{"Color", "blue"}, {"Handle", "left"}, {"Lid", "no"}};
        return change;
    }

    static std::string written(const sdk::OfferChange& change) {
        sdk::JsonWriter out;
        valueOf(writeRequest(out, change));
        return out.take();
    }

    static std::string memberOf(const sdk::OfferChange& change, std::string_view name) {
        return jsonFrom(written(change)).at("data").textOr(name, "(absent)");
    }

    static sdk::ShownOffer shown(const std::string& more) {
        return valueOf(
            shownFrom(jsonFrom(R"({"retailer_id":"mug-blue","name":"Mug")" + more + "}")));
    }

    static std::string priceRead(const std::string& formatted, const std::string& currency) {
        const auto price =
            shown(R"(,"price":")" + formatted + R"(","currency":")" + currency + "\"").price;
        return valueOf(sdk::decimalOf(*price)) + " " + price->currency;
    }

public:
    void anOfferIsWrittenWhole() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"method":"CREATE","data":{"id":"mug-blue","item_group_id":"mug","title":"Mug, blue",)"
                R"("description":"Holds \"coffee\"","availability":"in stock","condition":"new",)"
                R"("price":"19.90 USD","link":"https://shop.example/products/mug","brand":"Souk",)"
                R"("gtin":"4006381333931","product_type":"Kitchen","quantity_to_sell_on_facebook":7,)"
                R"("color":"blue","additional_variant_attribute":"Handle:left,Lid:no",)"
                R"("image":[{"url":"https://shop.example/1.jpg"},{"url":"https://shop.example/2.jpg"}]}})"),
            written(change()));
    }

    void whatIsNotKnownIsLeftOut() {
        auto bare = change();
        auto& offer = bare.offer;
        offer.groupId = offer.description = offer.brand = offer.category = offer.barcode = "";
        offer.options.clear();
        offer.images.clear();
        offer.available = 0;  // the platform takes no zero: only the availability says it
        offer.sellable = false;
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"method":"CREATE","data":{"id":"mug-blue","title":"Mug, blue","description":"Mug, blue",)"
                R"("availability":"out of stock","condition":"new","price":"19.90 USD",)"
                R"("link":"https://shop.example/products/mug","brand":"N/A","image":[]}})"),
            written(bare));
    }

    void anUpdateTakesBackWhatIsNoLongerKnown() {
        auto less = change(sdk::OfferChange::What::Update);
        less.offer.category = less.offer.barcode = "";
        less.offer.options = {{"Size", "M"}};
        for (const auto* name : {"sale_price",
                                 "gtin",
                                 "product_type",
                                 "color",
                                 "material",
                                 "pattern",
                                 "additional_variant_attribute"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string(), memberOf(less, name));
        CPPUNIT_ASSERT_EQUAL(std::string("M"), memberOf(less, "size"));
    }

    void aReducedPriceStandsBesideTheFormerOne() {
        auto reduced = change();
        reduced.offer.compareAtPrice = sdk::Money{2500, "USD"};
        CPPUNIT_ASSERT_EQUAL(std::string("25.00 USD"), memberOf(reduced, "price"));
        CPPUNIT_ASSERT_EQUAL(std::string("19.90 USD"), memberOf(reduced, "sale_price"));
        reduced.offer.compareAtPrice = sdk::Money{1990, "USD"};
        CPPUNIT_ASSERT_EQUAL(std::string("19.90 USD"), memberOf(reduced, "price"));
        CPPUNIT_ASSERT_EQUAL(std::string("(absent)"), memberOf(reduced, "sale_price"));
    }

    void aReductionThatIsOverIsTakenBack() {
        auto whole = change(sdk::OfferChange::What::Update);
        CPPUNIT_ASSERT_EQUAL(std::string("19.90 USD"), memberOf(whole, "price"));
        CPPUNIT_ASSERT_EQUAL(std::string(), memberOf(whole, "sale_price"));
        const auto price = shown(R"(,"price":"$19.90","sale_price":"","currency":"USD")").price;
        CPPUNIT_ASSERT(price == (sdk::Money{1990, "USD"}));
    }

    void pricesHaveTheDecimalsOfTheirCurrency() {
        auto offer = change();
        offer.offer.price = {1299, "JPY"};
        CPPUNIT_ASSERT_EQUAL(std::string("1299 JPY"), memberOf(offer, "price"));
        offer.offer.price = {1299, "KWD"};
        CPPUNIT_ASSERT_EQUAL(std::string("1.299 KWD"), memberOf(offer, "price"));
    }

    void anUnknownCurrencyIsRefused() {
        auto odd = change();
        odd.offer.price = {1, "ZZZ"};
        sdk::JsonWriter out;
        errorOf(writeRequest(out, odd));
    }

    void longTextsAreCutBetweenCharacters() {
        auto longer = change();
        longer.offer.title = std::string(99, 'x') + "ß";
        CPPUNIT_ASSERT_EQUAL(std::string(99, 'x'), memberOf(longer, "title"));
        longer.offer.description = std::string(6000, 'y');
        CPPUNIT_ASSERT_EQUAL(std::size_t{5000}, memberOf(longer, "description").size());
        longer.offer.images.assign(30, "https://shop.example/1.jpg");
        CPPUNIT_ASSERT_EQUAL(std::size_t{21},
                             jsonFrom(written(longer)).at("data").items("image")->size());
    }

    void aWithdrawnOfferIsOnlyNamed() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"method":"DELETE","data":{"id":"mug-blue"}})"),
                             written(change(sdk::OfferChange::What::Withdraw)));
    }

    void formattedPricesAreRead() {
        CPPUNIT_ASSERT_EQUAL(std::string("9.99 USD"), priceRead("$9.99", "USD"));
        CPPUNIT_ASSERT_EQUAL(std::string("1299.00 USD"), priceRead("$1,299.00", "USD"));
        CPPUNIT_ASSERT_EQUAL(std::string("1299.00 EUR"), priceRead("1.299,00 \\u20ac", "EUR"));
        CPPUNIT_ASSERT_EQUAL(std::string("1299.00 EUR"),
                             priceRead("1\\u00a0299,00 \\u20ac", "EUR"));
        CPPUNIT_ASSERT_EQUAL(std::string("1299 JPY"), priceRead("\\u00a51,299", "JPY"));
        CPPUNIT_ASSERT_EQUAL(std::string("0.005 KWD"), priceRead("KWD 0.005", "KWD"));
        CPPUNIT_ASSERT_EQUAL(std::string("1299.00 USD"), priceRead("$1,299", "USD"));
        CPPUNIT_ASSERT_EQUAL(std::string("0.05 USD"), priceRead("$.05", "USD"));
    }

    void theLowerPriceIsWhatBuyersPay() {
        const auto price =
            shown(R"(,"price":"$25.00","sale_price":"$19.90","currency":"USD")").price;
        CPPUNIT_ASSERT(price == (sdk::Money{1990, "USD"}));
        CPPUNIT_ASSERT(!shown(R"(,"price":"","currency":"USD")").price);
    }

    void aPriceWithoutDigitsIsBad() {
        for (const auto* price : {R"("price":"free","currency":"USD")",
                                  R"("price":"$1.00")",
                                  R"("price":"$1.00","currency":"ZZZ")",
                                  R"("price":"$99999999999999999999.00","currency":"USD")"})
            errorOf(shownFrom(jsonFrom(R"({"retailer_id":"1",)" + std::string(price) + "}")));
    }

    void statesOfReviewAreTold() {
        using sdk::OfferState;
        CPPUNIT_ASSERT(shown("").state == OfferState::Live);
        CPPUNIT_ASSERT(shown(R"(,"review_status":"approved")").state == OfferState::Live);
        CPPUNIT_ASSERT(shown(R"(,"review_status":"pending")").state == OfferState::InReview);
        CPPUNIT_ASSERT(shown(R"(,"review_status":"outdated")").state == OfferState::InReview);
        const auto rejected =
            shown(R"(,"review_status":"rejected","review_rejection_reasons":["Policy 4"],)"
                  R"("errors":[{"title":"Image","description":"Too small"},{"title":"Link"}])");
        CPPUNIT_ASSERT(rejected.state == OfferState::Rejected);
        CPPUNIT_ASSERT_EQUAL(std::string("Policy 4; Too small; Link"), rejected.reason);
        CPPUNIT_ASSERT(!shown(R"(,"availability":"out of stock")").sellable);
        CPPUNIT_ASSERT(shown(R"(,"availability":"preorder")").sellable);
    }

    void aHiddenItemIsTold() {
        const auto hidden = shown(R"(,"review_status":"approved","visibility":"staging")");
        CPPUNIT_ASSERT(hidden.state == sdk::OfferState::Rejected);
        CPPUNIT_ASSERT_EQUAL(std::string("hidden there"), hidden.reason);
    }

    void anItemWithoutItsIdIsBad() {
        assertMentions(errorOf(shownFrom(jsonFrom(R"({"name":"Mug"})"))).message, "retailer_id");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OffersTest);

}  // namespace souk::meta::tests
