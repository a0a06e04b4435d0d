#include "host/publish/shelf_hub.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace souk::publish {

using namespace souk::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// `count` products of one variant each ("1-v", "2-v", ...).
struct Stocked {
    explicit Stocked(int count = 1, double perMinute = 600, std::int64_t batch = 100)
        : hub(perMinute, batch) {
        for (int i = 1; i <= count; ++i) {
            const auto id = std::to_string(i);
            hub.put(productOf(id, 10, "Lamp " + id, {variantOf(id + "-v", "sku-" + id)}));
        }
    }
    std::size_t calls() const { return hub.market().calls.size(); }
    /// Every batch was asked for as often as one ever is.
    void askedForEver() const {
        auto tx = hub.database->asOwner();
        tx.query("UPDATE offer_batch SET polls = 1000");
        tx.commit();
    }
    ShelfHub hub;
};

sdk::Error limited(milliseconds wait) {
    return {sdk::ErrorKind::RateLimited, "slow down", wait};
}

}  // namespace

class PublishTroubleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PublishTroubleTest);
    CPPUNIT_TEST(aLostAnswerIsLookedForAndNothingIsToldTwice);
    CPPUNIT_TEST(whatIsNotThereAfterALostAnswerIsToldAgain);
    CPPUNIT_TEST(whatStandsThereOtherwiseIsToldAgainAsAnUpdate);
    CPPUNIT_TEST(noMinuteSeesMoreCallsThanAllowed);
    CPPUNIT_TEST(aChangeThatComesAloneDoesNotWait);
    CPPUNIT_TEST(aPlatformThatWantsTimeGetsIt);
    CPPUNIT_TEST(aPauseHoldsTheNextBatch);
    CPPUNIT_TEST(whatAReceiptLeavesOutIsNotTaken);
    CPPUNIT_TEST(aBatchThatIsRefusedWholeIsNotTriedForEver);
    CPPUNIT_TEST(aTurnThatFailsWaitsAndTellsWhy);
    CPPUNIT_TEST(whatFailedIsTriedAgainThoughNothingElseChanges);
    CPPUNIT_TEST(aTicketNobodyKnowsIsLookedFor);
    CPPUNIT_TEST(anEchoOfOurBatchOnlyMakesItAskedForSooner);
    CPPUNIT_TEST(aChangeDuringABatchIsNotLost);
    CPPUNIT_TEST(aBigBatchIsLookedForInParts);
    CPPUNIT_TEST(aTicketThatNeverEndsIsLookedFor);
    CPPUNIT_TEST(whoLostItsLeaseDoesNotSayWhatIsDue);
    CPPUNIT_TEST(aBatchThatCannotBeAskedForHoldsNothingBack);
    CPPUNIT_TEST(aLostAnswerThatCannotBeLookedForHoldsNothingBack);
    CPPUNIT_TEST(offersThatCannotBeLookedAtHoldNothingBack);
    CPPUNIT_TEST(whoAsksAgainAndAgainDoesNotMakeTheWaitLonger);
    CPPUNIT_TEST_SUITE_END();

public:
    void aLostAnswerIsLookedForAndNothingIsToldTwice() {
        Stocked shop;
        shop.hub.market().lose =
            sdk::Error{sdk::ErrorKind::Transient, "no answer came", std::nullopt, true};
        shop.hub.turnOn();
        CPPUNIT_ASSERT(shop.hub.turn());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.hub.count("offer_batch WHERE ticket IS NULL"));
        shop.hub.loseHost();
        shop.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), shop.hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, shop.hub.count("offer_batch"));
    }

    void whatIsNotThereAfterALostAnswerIsToldAgain() {
        Stocked shop;
        shop.hub.market().onPublish = [] { throw std::runtime_error("the host ends here"); };
        shop.hub.turnOn();
        CPPUNIT_ASSERT(shop.hub.turn());
        shop.hub.market().onPublish = nullptr;
        shop.hub.loseHost();
        shop.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.calls());
        CPPUNIT_ASSERT(shop.hub.market().calls[0].key != shop.hub.market().calls[1].key);
        CPPUNIT_ASSERT_EQUAL(std::string("live"), shop.hub.listing("publish_state"));
    }

    void whatStandsThereOtherwiseIsToldAgainAsAnUpdate() {
        Stocked shop;
        shop.hub.market().lose =
            sdk::Error{sdk::ErrorKind::Transient, "no answer came", std::nullopt, true};
        shop.hub.turnOn();
        shop.hub.turn();
        shop.hub.market().there.begin()->second.price = money(1);
        shop.hub.loseHost();
        shop.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.calls());
        CPPUNIT_ASSERT(shop.hub.market().calls[1].batch.at(0).what ==
                       sdk::OfferChange::What::Update);
        CPPUNIT_ASSERT(shop.hub.market().there.begin()->second.price == money(1999));
    }

    void noMinuteSeesMoreCallsThanAllowed() {
        Stocked shop(60, 18, 1);
        shop.hub.turnOn();
        std::vector<std::size_t> upTo;  // calls until each second
        for (int i = 0; i < 240; ++i) {
            shop.hub.settle();
            upTo.push_back(shop.calls());
            shop.hub.clock.advance(seconds(1));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, upTo.at(0));
        for (std::size_t i = 60; i < upTo.size(); ++i)
            CPPUNIT_ASSERT_MESSAGE(std::to_string(i), upTo[i] - upTo[i - 60] <= 18);
        CPPUNIT_ASSERT(upTo.back() >= 54);
    }

    void aChangeThatComesAloneDoesNotWait() {
        Stocked shop(1, 6);
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(60));
        const auto before = shop.calls();
        shop.hub.stock("item-1-v", 20, 3);
        CPPUNIT_ASSERT(shop.hub.turn());
        CPPUNIT_ASSERT_EQUAL(before + 1, shop.calls());
    }

    void aPlatformThatWantsTimeGetsIt() {
        Stocked shop;
        shop.hub.market().refuse = limited(seconds(60));
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(50));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
        CPPUNIT_ASSERT(!shop.hub.service.standing(shop.hub.integration())->error);
        shop.hub.settleOver(seconds(15));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), shop.hub.listing("publish_state"));
    }

    void aPauseHoldsTheNextBatch() {
        Stocked shop(2, 600, 1);
        shop.hub.market().pause = seconds(20);
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(15));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
        shop.hub.settleOver(seconds(10));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.calls());
    }

    void whatAReceiptLeavesOutIsNotTaken() {
        Stocked shop;
        shop.hub.market().silent = true;
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(20));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             shop.hub.count("offer WHERE state = 'absent' AND wanted_at IS NOT "
                                            "NULL AND pushed_hash IS NULL"));
        shop.hub.market().silent = false;
        shop.hub.settleOver(seconds(20));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), shop.hub.listing("publish_state"));
    }

    void aBatchThatIsRefusedWholeIsNotTriedForEver() {
        Stocked shop;
        shop.hub.market().refuse = sdk::Error{sdk::ErrorKind::Rejected, "no such catalogue"};
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(120));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::string("no such catalogue"), shop.hub.listing("publish_error"));
        const auto product = *core::Uuid::parse(shop.hub.listing("product_id"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             *shop.hub.service.publish(shop.hub.storeId, {product}, std::nullopt));
        shop.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::string("live"), shop.hub.listing("publish_state"));
    }

    void aTurnThatFailsWaitsAndTellsWhy() {
        Stocked shop;
        shop.hub.market().refuse = sdk::Error{sdk::ErrorKind::Transient, "they are down"};
        shop.hub.turnOn();
        CPPUNIT_ASSERT(shop.hub.turn());
        const auto standing = *shop.hub.service.standing(shop.hub.integration());
        CPPUNIT_ASSERT_EQUAL(std::string("they are down"), *standing.error);
        CPPUNIT_ASSERT(*standing.retryAt > shop.hub.clock.now());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, standing.waiting);
        CPPUNIT_ASSERT_MESSAGE("news do not hurry it", !shop.hub.turn());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, shop.hub.count("job"));
        shop.hub.settleOver(seconds(2));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.calls());
        CPPUNIT_ASSERT(!shop.hub.service.standing(shop.hub.integration())->error);
    }

    void whatFailedIsTriedAgainThoughNothingElseChanges() {
        Stocked shop;
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(5));
        const auto before = shop.calls();
        shop.hub.stock("item-1-v", 20, 3);
        const sdk::Error down{sdk::ErrorKind::Transient, "they are down"};
        std::vector<int> tries;  // the seconds in which it was tried
        for (int i = 0; i < 16; ++i) {
            const auto so = shop.calls();
            if (so < before + 3) shop.hub.market().refuse = down;
            shop.hub.settle();
            if (shop.calls() > so) tries.push_back(i);
            shop.hub.clock.advance(seconds(1));
        }
        CPPUNIT_ASSERT_MESSAGE("each failure waits longer", (tries == std::vector{0, 2, 6, 14}));
        CPPUNIT_ASSERT(shop.hub.market().there.begin()->second.available == 3);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, shop.hub.count("offer WHERE wanted_at IS NOT NULL"));
    }

    void aTicketNobodyKnowsIsLookedFor() {
        Stocked shop;
        shop.hub.market().tickets = true;
        shop.hub.turnOn();
        shop.hub.settle();
        shop.hub.market().forgetsTickets = true;
        shop.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), shop.hub.listing("publish_state"));
    }

    void anEchoOfOurBatchOnlyMakesItAskedForSooner() {
        Stocked shop;
        shop.hub.market().tickets = true;
        shop.hub.market().unfinished = 6;
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(20));
        shop.hub.market().unfinished = 0;
        const auto polls = shop.hub.market().polled.size();
        CPPUNIT_ASSERT_MESSAGE("it is not due", !shop.hub.turn());
        for (const auto* ticket : {"somebody-elses", "ticket-1"}) {
            jobs::NewJob echo;
            echo.integrationId = shop.hub.marketId;
            echo.kind = "batch_settled";
            echo.payload = R"({"ticket":")" + std::string(ticket) + R"("})";
            shop.hub.inStore([&](store::Transaction& tx) {
                return jobs::enqueue(tx, shop.hub.storeId, {echo});
            });
            CPPUNIT_ASSERT(shop.hub.work("batch_settled", shop.hub.echo));
            CPPUNIT_ASSERT_EQUAL(std::string(ticket) == "ticket-1", shop.hub.turn());
        }
        CPPUNIT_ASSERT_EQUAL(polls + 1, shop.hub.market().polled.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, shop.hub.count("job"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
    }

    void aChangeDuringABatchIsNotLost() {
        Stocked shop;
        shop.hub.market().tickets = true;
        shop.hub.market().unfinished = 3;
        shop.hub.turnOn();
        shop.hub.settle();
        shop.hub.stock("item-1-v", 20, 7);
        shop.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
        shop.hub.settleOver(seconds(30));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.calls());
        CPPUNIT_ASSERT(shop.hub.market().there.begin()->second.available == 7);
    }

    void aBigBatchIsLookedForInParts() {
        constexpr int kOffers = 230;
        Stocked shop(kOffers, 600, 1000);
        shop.hub.market().mostShown = 100;
        shop.hub.market().lose =
            sdk::Error{sdk::ErrorKind::Transient, "no answer came", std::nullopt, true};
        shop.hub.turnOn();
        CPPUNIT_ASSERT(shop.hub.turn());
        shop.hub.loseHost();
        shop.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{kOffers}, shop.hub.count("offer WHERE state = 'live'"));
    }

    void aTicketThatNeverEndsIsLookedFor() {
        Stocked shop;
        shop.hub.market().tickets = true;
        shop.hub.market().unfinished = 1'000'000;
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(0, shop.hub.market().looks);
        shop.askedForEver();
        shop.hub.settleOver(seconds(70));
        CPPUNIT_ASSERT_EQUAL(1, shop.hub.market().looks);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, shop.hub.count("offer_batch"));
        CPPUNIT_ASSERT_EQUAL(std::string("live"), shop.hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.calls());
    }

    void whoLostItsLeaseDoesNotSayWhatIsDue() {
        Stocked shop;
        shop.hub.market().refuse = sdk::Error{sdk::ErrorKind::Transient, "they are down"};
        shop.hub.turnOn();
        shop.hub.service.startDue();
        const auto late = shop.hub.lease("publish");
        shop.hub.market().onPublish = [&] {
            shop.hub.market().onPublish = nullptr;
            shop.hub.loseHost();
            CPPUNIT_ASSERT(shop.hub.lease("publish"));  // another host's from here on
        };
        shop.hub.finish(*late, shop.hub.job);
        CPPUNIT_ASSERT(!shop.hub.service.standing(shop.hub.integration())->error);
    }

    void aBatchThatCannotBeAskedForHoldsNothingBack() {
        Stocked shop(2, 600, 1);
        auto& market = shop.hub.market();
        market.tickets = true;
        market.unanswered = "ticket-1";
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(60));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.hub.count("offer WHERE state = 'live'"));
        const auto asked = std::ranges::count(market.polled, market.unanswered);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(asked), asked > 3 && asked < 9);
        const auto standing = *shop.hub.service.standing(shop.hub.integration());
        CPPUNIT_ASSERT_EQUAL(std::string("no status now"), *standing.error);
        CPPUNIT_ASSERT(!standing.retryAt);
        const auto other = shop.hub.text("SELECT external_id AS n FROM offer WHERE state = 'live'");
        shop.hub.stock(other == shop.hub.variantId("1-v") ? "item-1-v" : "item-2-v", 20, 3);
        shop.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, shop.calls());
        CPPUNIT_ASSERT(market.there.at(other).available == 3);
        shop.askedForEver();
        shop.hub.settleOver(seconds(70));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, shop.hub.count("offer WHERE state = 'live'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, shop.hub.count("offer_batch"));
        CPPUNIT_ASSERT(!shop.hub.service.standing(shop.hub.integration())->error);
    }

    void aLostAnswerThatCannotBeLookedForHoldsNothingBack() {
        Stocked shop(2, 600, 1);
        auto& market = shop.hub.market();
        market.lose = sdk::Error{sdk::ErrorKind::Transient, "no answer came", std::nullopt, true};
        market.unanswered = "looks";
        shop.hub.turnOn();
        shop.hub.turn();
        shop.hub.loseHost();  // and with it the time until the answer is taken for lost
        shop.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_MESSAGE("the other went out", shop.calls() == 2);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.hub.count("offer WHERE state = 'live'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, shop.hub.count("offer_batch WHERE ticket IS NULL"));
        market.unanswered.clear();
        shop.hub.settleOver(seconds(60));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.calls());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, shop.hub.count("offer WHERE state = 'live'"));
    }

    void offersThatCannotBeLookedAtHoldNothingBack() {
        Stocked shop;
        auto& market = shop.hub.market();
        market.state = sdk::OfferState::InReview;
        market.unanswered = "looks";
        shop.hub.turnOn();
        shop.hub.settleOver(seconds(60));
        CPPUNIT_ASSERT_MESSAGE(std::to_string(market.looks), market.looks > 3 && market.looks < 8);
        const auto standing = *shop.hub.service.standing(shop.hub.integration());
        CPPUNIT_ASSERT_EQUAL(std::string("no look now"), *standing.error);
        shop.hub.stock("item-1-v", 20, 3);
        shop.hub.settle();
        CPPUNIT_ASSERT(market.there.begin()->second.available == 3);
        market.unanswered.clear();
        market.there.begin()->second.state = sdk::OfferState::Live;
        shop.hub.settleOver(seconds(10));
        CPPUNIT_ASSERT_EQUAL(std::string("live"), shop.hub.listing("publish_state"));
    }

    void whoAsksAgainAndAgainDoesNotMakeTheWaitLonger() {
        Stocked shop;
        shop.hub.turnOn();
        shop.hub.settle();
        const auto product = *core::Uuid::parse(shop.hub.listing("product_id"));
        shop.hub.stock("item-1-v", 20, 3);
        const sdk::Error down{sdk::ErrorKind::Transient, "they are down"};
        for (int i = 0; i < 10; ++i) {
            shop.hub.market().refuse = down;
            CPPUNIT_ASSERT(shop.hub.service.publish(shop.hub.storeId, {product}, std::nullopt));
            CPPUNIT_ASSERT(shop.hub.turn());
        }
        const auto standing = *shop.hub.service.standing(shop.hub.integration());
        CPPUNIT_ASSERT(*standing.retryAt == shop.hub.clock.now() + seconds(2));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PublishTroubleTest);

}  // namespace souk::publish
