#include "host/publish/shelf_hub.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

namespace souk::publish {

using namespace souk::test;
using What = sdk::OfferChange::What;

namespace {

sdk::Product lamp(int at = 10, std::vector<std::string> variants = {"11"}) {
    auto product = productOf("1", at, "Lamp");
    product.descriptionHtml = "<p>warm &amp; bright</p>";
    for (const auto& id : variants) product.variants.push_back(variantOf(id));
    return product;
}

/// A hub with a lamp of one variant, four of them in stock, that is live already.
struct Lit {
    explicit Lit(double perMinute = 600) : hub(perMinute) {
        hub.put(lamp());
        hub.stock("item-11", 10, 4);
        hub.turnOn();
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hub.market().calls.size());
    }
    const FakeMarket::Call& lastCall() const { return hub.market().calls.back(); }
    ShelfHub hub;
};

}  // namespace

class PublishJobTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PublishJobTest);
    CPPUNIT_TEST(whatIsOfferedIsShownWithEveryMember);
    CPPUNIT_TEST(theListingAndThePlatformSyncSayWhereItStands);
    CPPUNIT_TEST(whatDidNotChangeIsNotSent);
    CPPUNIT_TEST(aChangeOfStockFollowsByItself);
    CPPUNIT_TEST(aProductThatGoesIsWithdrawnAndOurOwnListingKeepsItNotAlive);
    CPPUNIT_TEST(aVariantThatGoesIsWithdrawn);
    CPPUNIT_TEST(aTicketIsAskedForUntilItIsOver);
    CPPUNIT_TEST(eachItemHasItsOwnResult);
    CPPUNIT_TEST(aRefusedOfferIsTriedAgainWhenItChanges);
    CPPUNIT_TEST(whatIsInReviewIsAskedForUntilItIsDecided);
    CPPUNIT_TEST(whatNeverShowsIsPushedAgain);
    CPPUNIT_TEST(anUnfitOfferSaysWhy);
    CPPUNIT_TEST(whatBecomesUnfitIsTakenBack);
    CPPUNIT_TEST(whatIsNotReadYetIsTold);
    CPPUNIT_TEST(nothingMovesWhilePublishingIsOff);
    CPPUNIT_TEST(whatWentWhilePublishingWasOffIsTakenBack);
    CPPUNIT_TEST(aFeedThatForgotMakesEverythingWanted);
    CPPUNIT_TEST(marksAndEntitiesAreReadAsText);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatIsOfferedIsShownWithEveryMember() {
        const Lit lit;
        const auto& change = lit.lastCall().batch.at(0);
        const auto& offer = change.offer;
        CPPUNIT_ASSERT(change.what == What::Create);
        CPPUNIT_ASSERT_EQUAL(lit.hub.variantId("11"), offer.externalId);
        CPPUNIT_ASSERT_EQUAL(lit.hub.text("SELECT id::text AS n FROM product"), offer.groupId);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the only variant", std::string("Lamp"), offer.title);
        CPPUNIT_ASSERT_EQUAL(std::string("warm & bright"), offer.description);
        CPPUNIT_ASSERT_EQUAL(std::string("https://shop.example/products/lamp-1"), offer.link);
        CPPUNIT_ASSERT(offer.images == std::vector<std::string>{"https://cdn.example/1.jpg"});
        CPPUNIT_ASSERT_EQUAL(std::string("Lumen"), offer.brand);
        CPPUNIT_ASSERT(offer.price == money(1999));
        CPPUNIT_ASSERT(offer.available == 4);
        CPPUNIT_ASSERT(offer.sellable);
        CPPUNIT_ASSERT(offer.options.at(0) ==
                       std::make_pair(std::string("Size"), std::string("11")));
    }

    void theListingAndThePlatformSyncSayWhereItStands() {
        const Lit lit;
        const auto product = lit.hub.text("SELECT id::text AS n FROM product");
        CPPUNIT_ASSERT_EQUAL(std::string("live"), lit.hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(product, lit.hub.listing("external_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("true"),
                             lit.hub.listing("pushed_hash IS NOT NULL AND pushed_at IS NOT NULL "
                                             "AND publish_error IS NULL AND deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("true"), lit.hub.platformSync("synced"));
        CPPUNIT_ASSERT_EQUAL(std::string("live"), lit.hub.platformSync("state"));
        CPPUNIT_ASSERT_EQUAL(product, lit.hub.platformSync("productId"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("true"),
            lit.hub.text("SELECT platform_sync -> 'one' ->> 'synced' AS n FROM product"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             lit.hub.count("variant_listing WHERE external_id = variant_id::text"));
    }

    void whatDidNotChangeIsNotSent() {
        Lit lit;
        auto same = lamp(20);
        same.tags = {"another tag, which is not offered"};
        lit.hub.put(same);
        CPPUNIT_ASSERT(lit.hub.turn());
        lit.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lit.hub.market().calls.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lit.hub.count("offer WHERE wanted_at IS NOT NULL"));
        CPPUNIT_ASSERT_MESSAGE("nothing is due", !lit.hub.turn());
    }

    void aChangeOfStockFollowsByItself() {
        Lit lit;
        lit.hub.stock("item-11", 20, 0);
        lit.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lit.hub.market().calls.size());
        const auto& change = lit.lastCall().batch.at(0);
        CPPUNIT_ASSERT(change.what == What::Update);
        CPPUNIT_ASSERT(change.offer.available == 0);
        CPPUNIT_ASSERT(!change.offer.sellable);
    }

    void aProductThatGoesIsWithdrawnAndOurOwnListingKeepsItNotAlive() {
        Lit lit;
        lit.hub.remove("1", 20);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             lit.hub.count("product WHERE deleted_at IS NOT NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             lit.hub.count("product_variant WHERE deleted_at IS NOT NULL"));
        lit.hub.settle();
        CPPUNIT_ASSERT(lit.lastCall().batch.at(0).what == What::Withdraw);
        CPPUNIT_ASSERT(lit.hub.market().there.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("absent"), lit.hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(std::string("true"), lit.hub.listing("deleted_at IS NOT NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("false"), lit.hub.platformSync("synced"));
    }

    void aVariantThatGoesIsWithdrawn() {
        ShelfHub hub;
        hub.put(lamp(10, {"11", "12"}));
        hub.turnOn();
        hub.settle();
        const auto second = hub.variantId("12");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hub.market().there.size());
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp - Variant 12"), hub.market().there.at(second).title);
        hub.put(lamp(20, {"11"}));
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hub.market().there.size());
        CPPUNIT_ASSERT(!hub.market().there.contains(second));
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.listing("publish_state"));
    }

    void aTicketIsAskedForUntilItIsOver() {
        ShelfHub hub;
        hub.market().tickets = true;
        hub.market().unfinished = 2;
        hub.put(lamp());
        hub.turnOn();
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("offer_batch WHERE ticket = 'ticket-1'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("offer WHERE batch_id IS NOT NULL"));
        hub.settleOver(std::chrono::seconds(10));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, hub.market().polled.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.count("offer_batch"));
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hub.market().calls.size());
    }

    void eachItemHasItsOwnResult() {
        ShelfHub hub;
        hub.put(lamp(10, {"11", "12"}));
        hub.market().tickets = true;
        hub.market().rejects[hub.variantId("12")] = "image too small";
        hub.turnOn();
        hub.settleOver(std::chrono::seconds(10));
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.stateOf(hub.variantId("11")));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected: image too small"),
                             hub.stateOf(hub.variantId("12")));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(std::string("image too small"), hub.listing("publish_error"));
        CPPUNIT_ASSERT_EQUAL(std::string("false"), hub.platformSync("synced"));
    }

    void aRefusedOfferIsTriedAgainWhenItChanges() {
        ShelfHub hub;
        hub.put(lamp());
        hub.market().rejects[hub.variantId("11")] = "too dark";
        hub.turnOn();
        hub.settleOver(std::chrono::seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hub.market().calls.size());
        hub.market().rejects.clear();
        auto brighter = lamp(20);
        brighter.title = "Brighter lamp";
        hub.put(brighter);
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hub.market().calls.size());
        CPPUNIT_ASSERT(hub.market().calls.back().batch.at(0).what == What::Create);
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.listing("publish_state"));
    }

    void whatIsInReviewIsAskedForUntilItIsDecided() {
        ShelfHub hub;
        hub.market().state = sdk::OfferState::InReview;
        hub.put(lamp());
        hub.turnOn();
        hub.settleOver(std::chrono::seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("in_review"), hub.listing("publish_state"));
        auto& shown = hub.market().there.at(hub.variantId("11"));
        shown.state = sdk::OfferState::Rejected;
        shown.reason = "against the policy";
        hub.settleOver(std::chrono::seconds(60));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(std::string("against the policy"), hub.listing("publish_error"));
        const auto looks = hub.market().looks;
        CPPUNIT_ASSERT_MESSAGE("less and less often", looks < 12);
        hub.settleOver(std::chrono::seconds(60));
        CPPUNIT_ASSERT_EQUAL(looks, hub.market().looks);
    }

    void whatNeverShowsIsPushedAgain() {
        ShelfHub hub;
        hub.market().tickets = true;
        hub.put(lamp());
        hub.turnOn();
        hub.settle();
        hub.market().there.clear();
        for (int i = 0; i < 100 && hub.market().calls.size() < 2; ++i) {
            hub.clock.advance(std::chrono::seconds(30));
            hub.settle();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hub.market().calls.size());
        CPPUNIT_ASSERT(hub.market().looks > 5);
        CPPUNIT_ASSERT(hub.market().calls.back().batch.at(0).what == What::Create);
        hub.settleOver(std::chrono::seconds(10));
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.listing("publish_state"));
    }

    void anUnfitOfferSaysWhy() {
        ShelfHub hub;
        auto dark = lamp();
        dark.media.clear();
        hub.put(dark);
        hub.turnOn();
        hub.settle();
        CPPUNIT_ASSERT(hub.market().calls.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("it has no picture with an https address"),
                             hub.listing("publish_error"));
        CPPUNIT_ASSERT_EQUAL(std::string("false"), hub.platformSync("synced"));
    }

    void whatBecomesUnfitIsTakenBack() {
        Lit lit;
        auto dark = lamp(20);
        dark.media.clear();
        lit.hub.put(dark);
        lit.hub.settle();
        CPPUNIT_ASSERT(lit.lastCall().batch.at(0).what == What::Withdraw);
        CPPUNIT_ASSERT(lit.hub.market().there.empty());
    }

    void whatIsNotReadYetIsTold() {
        Lit lit;
        const auto standing = [&] { return *lit.hub.service.standing(lit.hub.integration()); };
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, standing().unread);
        lit.hub.stock("item-11", 20, 3);
        lit.hub.remove("1", 30);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, standing().waiting);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, standing().unread);
        lit.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, standing().unread);
        CPPUNIT_ASSERT(lit.hub.service.configure(lit.hub.integration(), Settings{}));
        lit.hub.put(lamp(40));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nobody reads", std::int64_t{0}, standing().unread);
    }

    void nothingMovesWhilePublishingIsOff() {
        Lit lit;
        Settings off;
        CPPUNIT_ASSERT(lit.hub.service.configure(lit.hub.integration(), off));
        lit.hub.stock("item-11", 20, 1);
        CPPUNIT_ASSERT(!lit.hub.turn());
        lit.hub.turnOn();
        lit.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lit.hub.market().calls.size());
        CPPUNIT_ASSERT(lit.lastCall().batch.at(0).offer.available == 1);
    }

    void whatWentWhilePublishingWasOffIsTakenBack() {
        Lit lit;
        publish::Settings off;
        CPPUNIT_ASSERT(lit.hub.service.configure(lit.hub.integration(), off));
        lit.hub.remove("1", 20);
        lit.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lit.hub.market().there.size());
        lit.hub.turnOn();
        lit.hub.settle();
        CPPUNIT_ASSERT(lit.lastCall().batch.at(0).what == What::Withdraw);
        CPPUNIT_ASSERT(lit.hub.market().there.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("absent"), lit.hub.listing("publish_state"));
    }

    void aFeedThatForgotMakesEverythingWanted() {
        Lit lit;
        lit.hub.stock("item-11", 20, 1);
        {
            auto tx = lit.hub.database->asOwner();
            tx.query(
                "INSERT INTO change_edge (store_id, xid, id) SELECT store_id, xid, id FROM "
                "change ORDER BY xid DESC, id DESC LIMIT 1");
            tx.query("DELETE FROM change");
            tx.query("UPDATE publish_position SET due_at = $1", lit.hub.clock.now());
            tx.commit();
        }
        lit.hub.settle();
        CPPUNIT_ASSERT(lit.lastCall().batch.at(0).offer.available == 1);
    }

    void marksAndEntitiesAreReadAsText() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("Warm & \"bright\" for < 5 W"),
            plainText("<h1>Warm &amp; &quot;bright&quot;</h1>\n<p>for&nbsp;&lt; 5 W</p>"));
        CPPUNIT_ASSERT_EQUAL(std::string("a &lt; b"), plainText("a &amp;lt; b"));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), plainText("a <b unclosed"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PublishJobTest);

}  // namespace souk::publish
