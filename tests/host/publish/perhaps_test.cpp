#include "host/publish/shelf_hub.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace souk::publish {

using namespace souk::test;
using std::chrono::seconds;
using What = sdk::OfferChange::What;

namespace {

sdk::Error noAnswer(bool uncertain) {
    return {sdk::ErrorKind::Transient, "no answer came", std::nullopt, uncertain};
}

/// A lamp in a shop, four of it in stock, and a market it may be offered on.
struct Lamp {
    Lamp() {
        put(10);
        hub.stock("item-11", 10, 4);
    }
    void put(int at, bool picture = true) const {
        auto lamp = productOf("1", at, "Lamp", {variantOf("11")});
        if (!picture) lamp.media.clear();
        hub.put(lamp);
    }
    void hide(int at) const {
        auto lamp = productOf("1", at, "Lamp", {variantOf("11")});
        lamp.status = "draft";
        hub.put(lamp);
    }
    /// It is to be offered, and the answer to that is lost.
    void offerInVain(bool uncertain) {
        hub.market().lose = noAnswer(uncertain);
        hub.turnOn();
        CPPUNIT_ASSERT(hub.turn());
        if (uncertain) hub.loseHost();  // and with it the time until the answer is taken for lost
    }
    void light() {
        hub.turnOn();
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::string("live"), state());
    }
    std::string id() const { return hub.variantId("11"); }
    std::string state() const { return hub.stateOf(id()); }
    bool there() const { return hub.market().there.contains(id()); }
    /// What was told, change by change: "create update withdraw".
    std::string told() const {
        std::string all;
        for (const auto& call : hub.market().calls)
            for (const auto& change : call.batch) {
                const bool create = change.what == What::Create;
                const bool update = change.what == What::Update;
                all += std::string(all.empty() ? "" : " ") + (create   ? "create"
                                                              : update ? "update"
                                                                       : "withdraw");
            }
        return all;
    }
    ShelfHub hub;
};

}  // namespace

/// What a platform did not answer to may be there, sooner or later.
class PerhapsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PerhapsTest);
    CPPUNIT_TEST(whatWentAfterALostAnswerIsTakenBack);
    CPPUNIT_TEST(whatWentBeforeItWasSeenIsTakenBack);
    CPPUNIT_TEST(whatBecameUnfitAfterALostAnswerIsTakenBack);
    CPPUNIT_TEST(whatBecameUnfitBeforeItWasSeenIsTakenBack);
    CPPUNIT_TEST(whatIsSeenBeforeItIsToldAgainIsTakenBack);
    CPPUNIT_TEST(whatIsNotSeenYetIsToldAgainAsNew);
    CPPUNIT_TEST(whatComesBackAfterALostWithdrawalIsOfferedAgain);
    CPPUNIT_TEST(whatComesBackBeforeTheWithdrawalIsLookedForIsOfferedAgain);
    CPPUNIT_TEST(aChangeTakenBackAfterALostAnswerIsToldAgain);
    CPPUNIT_TEST(anAnswerNobodyCanReadIsLookedFor);
    CPPUNIT_TEST(whatWasSaidNotToBeTakenIsNotWithdrawn);
    CPPUNIT_TEST(whatNeverShowedIsTakenBackWhenItGoes);
    CPPUNIT_TEST(whatWasRefusedAndIsAsBeforeIsAskedFor);
    CPPUNIT_TEST(whatIsPendingIsAskedForThoughAChangeWasTakenBack);
    CPPUNIT_TEST(aChangeWhoseAnswerIsLostIsToldAgainWhateverShows);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatWentAfterALostAnswerIsTakenBack() {
        Lamp lamp;
        lamp.hub.market().late = true;
        lamp.offerInVain(false);
        lamp.hub.remove("1", 20);
        lamp.hub.settleOver(seconds(5));
        lamp.hub.market().workOff();
        CPPUNIT_ASSERT_EQUAL(std::string("create withdraw"), lamp.told());
        CPPUNIT_ASSERT(!lamp.there());
        CPPUNIT_ASSERT_EQUAL(std::string("absent"), lamp.state());
    }

    void whatWentBeforeItWasSeenIsTakenBack() {
        Lamp lamp;
        lamp.hub.market().late = true;
        lamp.offerInVain(true);
        lamp.hub.remove("1", 20);
        lamp.hub.settleOver(seconds(5));
        lamp.hub.market().workOff();
        CPPUNIT_ASSERT_EQUAL(std::string("create withdraw"), lamp.told());
        CPPUNIT_ASSERT(!lamp.there());
    }

    void whatBecameUnfitAfterALostAnswerIsTakenBack() {
        Lamp lamp;
        lamp.offerInVain(false);
        lamp.put(20, false);
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT(!lamp.there());
    }

    void whatBecameUnfitBeforeItWasSeenIsTakenBack() {
        Lamp lamp;
        lamp.offerInVain(true);
        lamp.put(20, false);
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT(!lamp.there());
    }

    /// The comparison finds it before it is told again, and takes it for live.
    void whatIsSeenBeforeItIsToldAgainIsTakenBack() {
        Lamp lamp;
        lamp.hub.market().refuse = sdk::Error{sdk::ErrorKind::RateLimited, "slow down", seconds(3)};
        lamp.hub.turnOn();
        CPPUNIT_ASSERT(lamp.hub.turn());
        sdk::ShownOffer shown;
        shown.externalId = lamp.id();
        shown.state = sdk::OfferState::Live;
        lamp.hub.market().there[lamp.id()] = shown;
        lamp.hub.reconcile();
        lamp.hub.remove("1", 20);
        lamp.hub.settleOver(seconds(10));
        CPPUNIT_ASSERT_EQUAL(std::string("absent"), lamp.state());
        CPPUNIT_ASSERT(!lamp.there());
    }

    void whatIsNotSeenYetIsToldAgainAsNew() {
        Lamp lamp;
        lamp.hub.market().late = true;
        lamp.offerInVain(true);
        lamp.hub.market().late = false;
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("create create"), lamp.told());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), lamp.state());
    }

    void whatComesBackAfterALostWithdrawalIsOfferedAgain() {
        Lamp lamp;
        lamp.light();
        lamp.hub.market().lose = noAnswer(false);
        lamp.hide(20);
        CPPUNIT_ASSERT(lamp.hub.turn());
        CPPUNIT_ASSERT(!lamp.there());
        lamp.put(30);
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("create withdraw create"), lamp.told());
        CPPUNIT_ASSERT(lamp.there());
    }

    void whatComesBackBeforeTheWithdrawalIsLookedForIsOfferedAgain() {
        for (const bool late : {false, true}) {
            Lamp lamp;
            lamp.light();
            lamp.hub.market().lose = noAnswer(true);
            lamp.hub.market().late = late;
            lamp.hide(20);
            CPPUNIT_ASSERT(lamp.hub.turn());
            lamp.put(30);
            lamp.hub.loseHost();
            lamp.hub.settleOver(seconds(5));
            lamp.hub.market().workOff();
            CPPUNIT_ASSERT_EQUAL(std::string("create withdraw create"), lamp.told());
            CPPUNIT_ASSERT_MESSAGE(late ? "late" : "at once", lamp.there());
        }
    }

    void aChangeTakenBackAfterALostAnswerIsToldAgain() {
        Lamp lamp;
        lamp.light();
        lamp.hub.market().lose = noAnswer(false);
        lamp.hub.stock("item-11", 20, 3);
        CPPUNIT_ASSERT(lamp.hub.turn());
        lamp.hub.stock("item-11", 30, 4);
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("create update update"), lamp.told());
        CPPUNIT_ASSERT(lamp.hub.market().there.at(lamp.id()).available == 4);
    }

    void anAnswerNobodyCanReadIsLookedFor() {
        Lamp lamp;
        lamp.hub.market().lose = sdk::Error{sdk::ErrorKind::BadPayload, "no JSON"};
        lamp.hub.turnOn();
        CPPUNIT_ASSERT(lamp.hub.turn());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, lamp.hub.count("offer_batch WHERE ticket IS NULL"));
        lamp.hub.loseHost();
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("create"), lamp.told());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), lamp.state());
    }

    void whatWasSaidNotToBeTakenIsNotWithdrawn() {
        Lamp lamp;
        lamp.hub.market().refuse = sdk::Error{sdk::ErrorKind::RateLimited, "slow down", seconds(3)};
        lamp.hub.turnOn();
        CPPUNIT_ASSERT(lamp.hub.turn());
        lamp.hub.remove("1", 20);
        lamp.hub.settleOver(seconds(10));
        CPPUNIT_ASSERT_EQUAL(std::string("create"), lamp.told());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lamp.hub.count("offer WHERE wanted_at IS NOT NULL"));
    }

    void whatNeverShowedIsTakenBackWhenItGoes() {
        Lamp lamp;
        lamp.hub.market().tickets = true;
        lamp.hub.turnOn();
        lamp.hub.settle();
        lamp.hub.market().there.clear();
        lamp.hub.service.startDue();
        const auto lost = [&] { return lamp.hub.count("offer WHERE state = 'absent'") == 1; };
        for (int i = 0; i < 100 && !lost(); ++i) {
            lamp.hub.clock.advance(seconds(30));
            lamp.hub.service.startDue();
            lamp.hub.work("publish", lamp.hub.job);
        }
        CPPUNIT_ASSERT(lost());
        lamp.hub.remove("1", 20);
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("create withdraw"), lamp.told());
    }

    void whatWasRefusedAndIsAsBeforeIsAskedFor() {
        Lamp lamp;
        lamp.light();
        lamp.hub.market().rejects[lamp.id()] = "too few";
        lamp.hub.stock("item-11", 20, 3);
        lamp.hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::string("rejected: too few"), lamp.state());
        lamp.hub.market().rejects.clear();
        lamp.hub.stock("item-11", 30, 4);
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("create update"), lamp.told());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), lamp.state());
    }

    void whatIsPendingIsAskedForThoughAChangeWasTakenBack() {
        Lamp lamp;
        lamp.hub.market().tickets = true;
        lamp.hub.turnOn();
        while (lamp.state() != "pending" || lamp.hub.count("offer_batch") > 0) {
            lamp.hub.settle();
            lamp.hub.clock.advance(std::chrono::milliseconds(250));
        }
        lamp.hub.market().refuse = sdk::Error{sdk::ErrorKind::RateLimited, "slow down", seconds(3)};
        lamp.hub.stock("item-11", 20, 3);
        CPPUNIT_ASSERT(lamp.hub.turn());
        lamp.hub.stock("item-11", 30, 4);
        lamp.hub.settleOver(seconds(10));
        CPPUNIT_ASSERT_EQUAL(std::string("create update"), lamp.told());
        CPPUNIT_ASSERT_EQUAL(std::string("live"), lamp.state());
    }

    /// The host died before the change went out; of it the platform shows nothing.
    void aChangeWhoseAnswerIsLostIsToldAgainWhateverShows() {
        Lamp lamp;
        lamp.light();
        lamp.hub.market().onPublish = [] { throw std::runtime_error("the host ends here"); };
        lamp.hub.stock("item-11", 20, 3);
        lamp.hub.market().there.at(lamp.id()).available.reset();  // units are not told
        CPPUNIT_ASSERT(lamp.hub.turn());
        lamp.hub.market().onPublish = nullptr;
        lamp.hub.loseHost();
        lamp.hub.settleOver(seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("create update update"), lamp.told());
        CPPUNIT_ASSERT(lamp.hub.market().there.at(lamp.id()).available == 3);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PerhapsTest);

}  // namespace souk::publish
