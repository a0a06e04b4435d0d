#include "catalog/reader.hpp"
#include "host/publish/shelf_hub.hpp"
#include "intake/intake.hpp"
#include "inventory/reader.hpp"
#include "inventory/sold.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::publish {

using namespace souk::test;
using What = sdk::OfferChange::What;

namespace {

sdk::Product lamp(int at = 10) {
    return productOf("1", at, "Lamp", {variantOf("11", "LAMP")});
}

/// A lamp with four in stock, offered on a platform that has goods and ids of its own.
struct Twin : ShelfHub {
    Twin() : ShelfHub(600, 100, true) {
        market().ownIds = true;
        put(lamp());
        stock("item-11", 10, 4);
        group = text("SELECT id::text AS n FROM product");
        offer = variantId("11");
    }
    void publishIt() {
        turnOn();
        settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, market().calls.size());
    }
    intake::Outcome take(const std::vector<sdk::Record>& records, bool live = false) const {
        intake::Source source;
        source.storeId = storeId;
        source.integrationId = marketId;
        source.integrationName = "market-two";
        source.cause = live ? intake::Source::Cause::Refetch : intake::Source::Cause::Webhook;
        source.authoritative = live;
        source.causeId = core::newId();
        source.now = second(1000);
        return inStore(
            [&](store::Transaction& tx) { return intake::apply(tx, source, records, {}); });
    }
    /// The lamp as the platform tells of it by an event, which does not say whose it is.
    sdk::Product told(int at = 100) const {
        auto product = productOf("p-" + group, at, "Lamp", {variantOf("v-" + offer, "LAMP")});
        product.variants[0].inventoryItemId = "i-" + offer;
        product.originTold = false;
        return product;
    }
    /// As it is read whole.
    sdk::Product read(int at = 100) const {
        auto product = told(at);
        product.originTold = true;
        product.offeredAs = group;
        product.variants[0].offeredAs = offer;
        return product;
    }
    /// Something of the platform's own with the same SKU.
    static sdk::Product own(bool told) {
        auto product = productOf("own", 100, "Lamp here", {variantOf("own-1", "LAMP")});
        product.originTold = told;
        return product;
    }
    sdk::Order order(std::int64_t units, const std::string& variant, int at = 200) const {
        auto line = lineOf("1", units);
        line.variantExternalId = variant;
        line.productExternalId = "p-" + group;
        return orderOf("o1", at, "paid", {line});
    }
    std::string units(const std::string& orderId) const {
        const auto id =
            text("SELECT id::text AS n FROM orders WHERE external_id = '" + orderId + "'");
        const auto sold = inStore([&](store::Transaction& tx) {
            return inventory::soldBy(tx, storeId, *core::Uuid::parse(id));
        });
        std::string all;
        for (const auto& one : sold)
            all += (one.variantId ? one.variantId->text() : "?") + ":" + std::to_string(one.units);
        return all;
    }
    std::int64_t jobsOf(const std::string& kind) const {
        return count("job WHERE kind = '" + kind + "'");
    }

    std::string group;
    std::string offer;
};

}  // namespace

/// What the hub offers on a platform that tells of everything it has.
class OfferedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OfferedTest);
    CPPUNIT_TEST(whatItListsItselfIsNotOfferedThere);
    CPPUNIT_TEST(whatBecomesItsOwnIsTakenBack);
    CPPUNIT_TEST(whatWasItsOwnIsOfferedOnceItIsGone);
    CPPUNIT_TEST(thePlatformsIdsAreKept);
    CPPUNIT_TEST(anEchoIsNoNews);
    CPPUNIT_TEST(anEchoThatOvertakesTheAnswerIsAskedWhoseItIs);
    CPPUNIT_TEST(anAnswerThatIsLostIsMadeUpForByTheEcho);
    CPPUNIT_TEST(aVariantThatIsNotKnownYetIsAskedFor);
    CPPUNIT_TEST(whoOffersNothingIsBelievedAtOnce);
    CPPUNIT_TEST(anOfferNobodyMadeIsThePlatformsOwn);
    CPPUNIT_TEST(stockOfAnOfferIsNeverCounted);
    CPPUNIT_TEST(whatIsSoldThereIsSoldElsewhere);
    CPPUNIT_TEST(whatIsSoldBeforeTheIdsAreKnownIsSoldOnceTheyAre);
    CPPUNIT_TEST(itsOwnGoodsAreItsOwnToSell);
    CPPUNIT_TEST(theEndOfAnOfferIsNoDeletion);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatItListsItselfIsNotOfferedThere() {
        Twin hub;
        hub.take({Twin::own(false)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("product"));
        hub.turnOn();
        hub.settle();
        CPPUNIT_ASSERT(hub.market().calls.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.count("offer"));
        hub.stock("item-11", 20, 3);
        hub.settle();
        CPPUNIT_ASSERT(hub.market().calls.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.count("offer"));
    }

    void whatBecomesItsOwnIsTakenBack() {
        Twin hub;
        hub.publishIt();
        hub.take({Twin::own(true)}, true);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "one product of three listings", std::int64_t{1}, hub.count("product"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub.count("product_listing WHERE NOT published"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("product_variant"));
        hub.settle();
        CPPUNIT_ASSERT(hub.market().calls.back().batch.at(0).what == What::Withdraw);
        CPPUNIT_ASSERT(hub.market().there.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("absent"), hub.listing("publish_state"));
    }

    void whatWasItsOwnIsOfferedOnceItIsGone() {
        Twin hub;
        hub.publishIt();
        hub.take({Twin::own(true)}, true);
        hub.settle();
        hub.take({sdk::Deletion{sdk::Entity::Product, "own", second(300)}});
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hub.market().there.size());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.listing("publish_state"));
    }

    void thePlatformsIdsAreKept() {
        Twin hub;
        hub.publishIt();
        CPPUNIT_ASSERT_EQUAL("p-" + hub.group, hub.listing("shown_id"));
        CPPUNIT_ASSERT_EQUAL("p-" + hub.group, hub.platformSync("productId"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub.count("variant_listing WHERE published AND shown_id = 'v-' || "
                                       "external_id AND inventory_item_id = 'i-' || external_id"));
    }

    void anEchoIsNoNews() {
        Twin hub;
        hub.publishIt();
        const auto changes = hub.count("change");
        for (const auto& echo : {hub.told(), hub.read()}) {
            const auto outcome = hub.take({echo});
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.unchanged);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, outcome.changed() + outcome.refetches);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("product"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub.count("product_listing"));
        CPPUNIT_ASSERT_EQUAL(changes, hub.count("change"));
        CPPUNIT_ASSERT(!hub.turn());
    }

    void anEchoThatOvertakesTheAnswerIsAskedWhoseItIs() {
        Twin hub;
        hub.market().onPublish = [&] {
            const auto outcome = hub.take({hub.told()});
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.refetches);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, outcome.changed());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take({hub.read()}, true).unchanged);
        };
        hub.publishIt();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("product"));
        CPPUNIT_ASSERT_EQUAL("p-" + hub.group, hub.listing("shown_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.listing("publish_state"));
    }

    void anAnswerThatIsLostIsMadeUpForByTheEcho() {
        Twin hub;
        hub.market().lose = sdk::Error{sdk::ErrorKind::Transient, "timeout", {}, true};
        hub.turnOn();
        hub.settle();
        hub.take({hub.read()}, true);
        CPPUNIT_ASSERT_EQUAL("p-" + hub.group, hub.listing("shown_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("pending"), hub.listing("publish_state"));
        hub.settleOver(std::chrono::seconds(180));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "found there, not told again", std::size_t{1}, hub.market().calls.size());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("product"));
    }

    void aVariantThatIsNotKnownYetIsAskedFor() {
        Twin hub;
        hub.publishIt();
        auto more = hub.told(300);
        more.variants.push_back(variantOf("v-new"));
        const auto outcome = hub.take({more});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.refetches);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("product"));
        auto page =
            hub.read(300);  // a page of a run: it says of which product, not of which variants
        for (auto& variant : page.variants) variant.offeredAs.clear();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take({page}).unchanged);
    }

    void whoOffersNothingIsBelievedAtOnce() {
        const Twin hub;
        const auto outcome = hub.take({Twin::own(false)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.created);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, outcome.refetches);
    }

    void anOfferNobodyMadeIsThePlatformsOwn() {
        Twin hub;
        hub.publishIt();
        auto strange = productOf("strange", 100, "From another hub", {variantOf("s1", "OTHER")});
        strange.offeredAs = core::newId().text();
        strange.variants[0].offeredAs = core::newId().text();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take({strange}, true).created);
        strange.externalId = "odd";
        strange.variants[0].externalId = "s2";
        strange.offeredAs = "no id of ours";
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take({strange}, true).created);
    }

    void stockOfAnOfferIsNeverCounted() {
        Twin hub;
        const auto shown = levelOf("i-" + hub.offer, 100, 4, "there");
        hub.market().onPublish = [&] { hub.take({shown}); };  // before the item is known
        hub.publishIt();
        hub.market().onPublish = nullptr;
        const auto outcome = hub.take({levelOf("i-" + hub.offer, 110, 9, "elsewhere")});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.unchanged);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("what came too early goes", std::int64_t{1}, outcome.deleted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("inventory WHERE deleted_at IS NULL"));
        hub.put(lamp(120));
        hub.stock("item-11", 120, 3);
        hub.settle();
        CPPUNIT_ASSERT(hub.market().calls.back().batch.at(0).offer.available == 3);
        const auto size = hub.market().calls.size();
        hub.settleOver(std::chrono::seconds(10));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it does not run away", size, hub.market().calls.size());
        hub.inStore([&](store::Transaction& tx) {
            const auto product =
                *catalog::findProduct(tx, hub.storeId, *core::Uuid::parse(hub.group));
            CPPUNIT_ASSERT(product.summary.available == 3);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, product.variants.at(0).stock.size());
            const auto kept = inventory::stockOf(tx, hub.storeId, {*core::Uuid::parse(hub.offer)});
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, kept.size());
            return 0;
        });
    }

    void whatIsSoldThereIsSoldElsewhere() {
        Twin hub;
        hub.take({productOf("other", 50, "Chair", {variantOf("c1", "CHAIR")}),
                  levelOf("item-c1", 50, 8)});
        hub.publishIt();
        hub.take({hub.order(2, "v-" + hub.offer)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.jobsOf("sale"));
        CPPUNIT_ASSERT_EQUAL(hub.offer + ":2", hub.units("o1"));
    }

    void whatIsSoldBeforeTheIdsAreKnownIsSoldOnceTheyAre() {
        Twin hub;
        hub.take({productOf("other", 50, "Chair", {variantOf("c1", "CHAIR")}),
                  levelOf("item-c1", 50, 8)});
        hub.market().onPublish = [&] {
            hub.take({hub.order(2, "v-" + hub.offer)});
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.jobsOf("sale"));
        };
        hub.publishIt();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.jobsOf("sale"));
        CPPUNIT_ASSERT_EQUAL(hub.offer + ":2", hub.units("o1"));
        hub.take({hub.read(300)}, true);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "known ids ask for nothing", std::int64_t{1}, hub.jobsOf("sale"));
    }

    void itsOwnGoodsAreItsOwnToSell() {
        Twin hub;
        hub.take({productOf("other", 50, "Chair", {variantOf("c1", "CHAIR")}),
                  levelOf("item-c1", 50, 8)});
        hub.publishIt();
        hub.take({hub.order(2, "c1")});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.jobsOf("sale"));
        CPPUNIT_ASSERT_EQUAL(std::string(), hub.units("o1"));
    }

    void theEndOfAnOfferIsNoDeletion() {
        Twin hub;
        hub.publishIt();
        const auto outcome =
            hub.take({sdk::Deletion{sdk::Entity::Product, "p-" + hub.group, second(300)}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.unchanged);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, outcome.changed() + outcome.refetches);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             hub.count("product_listing WHERE deleted_at IS NULL"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OfferedTest);

}  // namespace souk::publish
