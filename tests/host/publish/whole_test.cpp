#include "host/publish/shelf_hub.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <map>

namespace souk::publish {

using namespace souk::test;
using What = sdk::OfferChange::What;

namespace {

sdk::Product lamp(int at, const std::vector<std::string>& variants, const std::string& id = "1") {
    auto product = productOf(id, at, "Lamp " + id);
    product.descriptionHtml = "<p>warm</p>";
    for (const auto& one : variants) product.variants.push_back(variantOf(one, "SKU-" + one));
    return product;
}

/// What a batch holds, by the source's ids of the variants.
std::map<std::string, What> heldBy(const ShelfHub& hub, const FakeMarket::Call& call) {
    std::map<std::string, What> held;
    for (const auto& change : call.batch)
        held.emplace(hub.text("SELECT external_id AS n FROM variant_listing WHERE NOT published "
                              "AND variant_id::text = '" +
                              change.offer.externalId + "'"),
                     change.what);
    return held;
}

}  // namespace

/// Publishers that take whole products.
class WholeProductsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WholeProductsTest);
    CPPUNIT_TEST(whatDescribesTheProductIsTold);
    CPPUNIT_TEST(aChangeOfOneVariantTellsAll);
    CPPUNIT_TEST(aVariantThatGoesIsWithdrawnBesideTheOthers);
    CPPUNIT_TEST(aVariantThatComesIsToldBesideTheOthers);
    CPPUNIT_TEST(aProductThatGoesIsOnlyWithdrawn);
    CPPUNIT_TEST(aBatchHoldsWholeProductsThoughTheyAreBig);
    CPPUNIT_TEST(whatIsInHandHoldsItsProductAlone);
    CPPUNIT_TEST(whatWasNotTakenIsToldAgain);
    CPPUNIT_TEST(otherPublishersAreToldNoMoreThanBefore);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatDescribesTheProductIsTold() {
        ShelfHub hub(600, 100, true);
        auto dark = lamp(10, {"11", "12"});
        dark.media.clear();  // a platform with goods of its own takes it all the same
        dark.variants[0].inventoryPolicy = "continue";
        dark.variants[1].position = 2;
        hub.put(dark);
        hub.turnOn();
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hub.market().calls.size());
        const auto& offer = hub.market().calls[0].batch.at(0).offer;
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp 1"), offer.groupTitle);
        CPPUNIT_ASSERT_EQUAL(std::string("Variant 11"), offer.variantTitle);
        CPPUNIT_ASSERT_EQUAL(std::string("<p>warm</p>"), offer.descriptionHtml);
        CPPUNIT_ASSERT_EQUAL(std::string("SKU-11"), offer.sku);
        CPPUNIT_ASSERT(offer.oversells);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub.market().calls[0].batch.at(1).offer.position);
    }

    void aChangeOfOneVariantTellsAll() {
        ShelfHub hub(600, 100, true);
        hub.put(lamp(10, {"11", "12"}));
        hub.put(lamp(10, {"21"}, "2"));
        hub.turnOn();
        hub.settle();
        hub.stock("item-12", 20, 7);
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hub.market().calls.size());
        const std::map<std::string, What> both{{"11", What::Update}, {"12", What::Update}};
        CPPUNIT_ASSERT(heldBy(hub, hub.market().calls.back()) == both);
        CPPUNIT_ASSERT_MESSAGE("and nothing is left to do", !hub.turn());
    }

    void aVariantThatGoesIsWithdrawnBesideTheOthers() {
        ShelfHub hub(600, 100, true);
        hub.put(lamp(10, {"11", "12"}));
        hub.turnOn();
        hub.settle();
        hub.put(lamp(20, {"11"}));
        hub.settle();
        const std::map<std::string, What> told{{"11", What::Update}, {"12", What::Withdraw}};
        CPPUNIT_ASSERT(heldBy(hub, hub.market().calls.back()) == told);
        hub.stock("item-11", 30, 7);
        hub.settle();
        const std::map<std::string, What> rest{{"11", What::Update}};
        CPPUNIT_ASSERT_MESSAGE("what went is not told again",
                               heldBy(hub, hub.market().calls.back()) == rest);
    }

    void aVariantThatComesIsToldBesideTheOthers() {
        ShelfHub hub(600, 100, true);
        hub.put(lamp(10, {"11"}));
        hub.turnOn();
        hub.settle();
        hub.put(lamp(20, {"11", "12"}));
        hub.settle();
        const std::map<std::string, What> told{{"11", What::Update}, {"12", What::Create}};
        CPPUNIT_ASSERT(heldBy(hub, hub.market().calls.back()) == told);
    }

    void aProductThatGoesIsOnlyWithdrawn() {
        ShelfHub hub(600, 100, true);
        hub.put(lamp(10, {"11", "12"}));
        hub.turnOn();
        hub.settle();
        hub.remove("1", 20);
        hub.settle();
        const std::map<std::string, What> told{{"11", What::Withdraw}, {"12", What::Withdraw}};
        CPPUNIT_ASSERT(heldBy(hub, hub.market().calls.back()) == told);
        CPPUNIT_ASSERT(hub.market().there.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("absent"), hub.listing("publish_state"));
    }

    void aBatchHoldsWholeProductsThoughTheyAreBig() {
        ShelfHub hub(600, 2, true);
        hub.put(lamp(10, {"11", "12", "13"}));
        hub.put(lamp(10, {"21"}, "2"));
        hub.put(lamp(10, {"31"}, "3"));
        hub.turnOn();
        hub.settle();
        for (const auto& call : hub.market().calls) {
            const auto held = heldBy(hub, call);
            CPPUNIT_ASSERT(held.contains("11") == held.contains("13"));
            CPPUNIT_ASSERT(held.size() <= 4);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, hub.market().there.size());
    }

    void whatIsInHandHoldsItsProductAlone() {
        ShelfHub hub(600, 1, true);
        hub.put(lamp(10, {"11"}));
        hub.market().lose = sdk::Error{sdk::ErrorKind::Transient, "timeout", {}, true};
        hub.turnOn();
        hub.settle();
        hub.put(lamp(20, {"11", "12"}));
        hub.put(lamp(20, {"21"}, "2"));
        hub.settleOver(std::chrono::seconds(10));
        const std::map<std::string, What> other{{"21", What::Create}};
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hub.market().calls.size());
        CPPUNIT_ASSERT(heldBy(hub, hub.market().calls.back()) == other);
        hub.settleOver(std::chrono::seconds(180));
        const std::map<std::string, What> both{{"11", What::Update}, {"12", What::Create}};
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, hub.market().calls.size());
        CPPUNIT_ASSERT(heldBy(hub, hub.market().calls.back()) == both);
    }

    void whatWasNotTakenIsToldAgain() {
        ShelfHub hub(600, 1, true);
        hub.put(lamp(10, {"11", "12"}));
        hub.market().silent = true;  // it does not say that it took it
        hub.turnOn();
        hub.settle();
        hub.market().silent = false;
        hub.settleOver(std::chrono::seconds(60));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hub.market().calls.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hub.market().calls.back().batch.size());
    }

    void otherPublishersAreToldNoMoreThanBefore() {
        ShelfHub hub;
        hub.put(lamp(10, {"11", "12"}));
        hub.turnOn();
        hub.settle();
        CPPUNIT_ASSERT(hub.market().calls[0].batch.at(0).offer.groupTitle.empty());
        auto renamed = lamp(20, {"11", "12"});
        renamed.variants[0].sku = "ANOTHER";
        hub.put(renamed);
        hub.stock("item-12", 20, 7);
        hub.settle();
        const std::map<std::string, What> one{{"12", What::Update}};
        CPPUNIT_ASSERT(heldBy(hub, hub.market().calls.back()) == one);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WholeProductsTest);

}  // namespace souk::publish
