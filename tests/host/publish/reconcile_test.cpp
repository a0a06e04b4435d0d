#include "host/publish/shelf_hub.hpp"

#include <souk/sdk/json.hpp>

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::publish {

using namespace souk::test;

namespace {

/// Three lamps on the market, of which somebody changed one, took one away and added a stranger.
struct Drifted {
    explicit Drifted(bool heal) {
        for (const auto* id : {"1", "2", "3"})
            hub.put(
                productOf(id, 10, std::string("Lamp ") + id, {variantOf(std::string(id) + "-v")}));
        Settings settings;
        settings.enabled = true;
        settings.heal = heal;
        CPPUNIT_ASSERT(hub.service.configure(hub.integration(), settings));
        hub.settle();
        hub.clock.advance(std::chrono::minutes(1));
        auto& there = hub.market().there;
        there.at(hub.variantId("1-v")).price = money(1);
        there.erase(hub.variantId("2-v"));
        there["stranger"].externalId = "stranger";
        there["stranger"].state = sdk::OfferState::Live;
        before = hub.market().calls.size();
        hub.reconcile();
    }
    std::int64_t drift(const std::string& kind) {
        const auto standing = *hub.service.standing(hub.integration());
        CPPUNIT_ASSERT(standing.reconciledAt);
        return sdk::Json::parse(standing.drift)->integerOr(kind, -1);
    }
    ShelfHub hub;
    std::size_t before = 0;
};

}  // namespace

class ReconcileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReconcileTest);
    CPPUNIT_TEST(driftIsShownAndHealed);
    CPPUNIT_TEST(driftIsOnlyShownWhenThePolicySaysSo);
    CPPUNIT_TEST(whatIsAsItShouldBeIsLeftAlone);
    CPPUNIT_TEST(whatWasWithdrawnAndIsStillThereIsWithdrawnAgain);
    CPPUNIT_TEST(whatWentThereAndCouldNotBeChangedIsPutThereAgain);
    CPPUNIT_TEST(aDecisionOfThePlatformIsTakenOver);
    CPPUNIT_TEST(theClockAsksForIt);
    CPPUNIT_TEST(whoPublishesNothingIsToldSo);
    CPPUNIT_TEST_SUITE_END();

public:
    void driftIsShownAndHealed() {
        Drifted drifted(true);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, drifted.drift("missing"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, drifted.drift("different"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, drifted.drift("unknown"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, drifted.drift("shown"));
        auto& hub = drifted.hub;
        hub.settle();
        const auto& there = hub.market().there;
        CPPUNIT_ASSERT(there.at(hub.variantId("1-v")).price == money(1999));
        CPPUNIT_ASSERT(there.contains(hub.variantId("2-v")));
        CPPUNIT_ASSERT_MESSAGE("not ours to touch", there.contains("stranger"));
        CPPUNIT_ASSERT_EQUAL(drifted.before + 1, hub.market().calls.size());
        std::map<std::string, sdk::OfferChange::What> what;
        for (const auto& change : hub.market().calls.back().batch)
            what[change.offer.externalId] = change.what;
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, what.size());
        CPPUNIT_ASSERT(what.at(hub.variantId("1-v")) == sdk::OfferChange::What::Update);
        CPPUNIT_ASSERT(what.at(hub.variantId("2-v")) == sdk::OfferChange::What::Create);
        hub.clock.advance(std::chrono::minutes(1));
        hub.reconcile();
        for (const auto* kind : {"missing", "different"})
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, drifted.drift(kind));
    }

    void driftIsOnlyShownWhenThePolicySaysSo() {
        Drifted drifted(false);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, drifted.drift("missing"));
        drifted.hub.settle();
        CPPUNIT_ASSERT_EQUAL(drifted.before, drifted.hub.market().calls.size());
        CPPUNIT_ASSERT_EQUAL(std::string("absent"),
                             drifted.hub.stateOf(drifted.hub.variantId("2-v")));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            drifted.hub.count(
                "product WHERE platform_sync -> 'market-two' ->> 'synced' = 'false'"));
    }

    void whatIsAsItShouldBeIsLeftAlone() {
        Drifted drifted(true);
        drifted.hub.settle();
        const auto versions = drifted.hub.number("SELECT sum(version)::bigint AS n FROM product");
        drifted.hub.clock.advance(std::chrono::minutes(1));
        drifted.hub.reconcile();
        drifted.hub.settle();
        CPPUNIT_ASSERT_EQUAL(versions,
                             drifted.hub.number("SELECT sum(version)::bigint AS n FROM product"));
    }

    void whatWasWithdrawnAndIsStillThereIsWithdrawnAgain() {
        ShelfHub hub;
        hub.put(productOf("1", 10, "Lamp", {variantOf("11")}));
        hub.turnOn();
        hub.settle();
        const auto shown = hub.market().there;
        hub.remove("1", 20);
        hub.settle();
        hub.market().there = shown;
        hub.clock.advance(std::chrono::minutes(1));
        hub.reconcile();
        hub.settle();
        CPPUNIT_ASSERT(hub.market().there.empty());
    }

    void whatWentThereAndCouldNotBeChangedIsPutThereAgain() {
        ShelfHub hub;
        hub.put(productOf("1", 10, "Lamp", {variantOf("11")}));
        hub.turnOn();
        hub.settle();
        const auto id = hub.variantId("11");
        hub.market().there.erase(id);
        hub.market().rejects[id] = "No item with this id exists";
        hub.put(productOf("1", 20, "Lantern", {variantOf("11")}));
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::string("rejected: No item with this id exists"), hub.stateOf(id));
        hub.market().rejects.clear();
        hub.clock.advance(std::chrono::minutes(1));
        hub.reconcile();
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::string("Lantern"), hub.market().there.at(id).title);
        CPPUNIT_ASSERT_EQUAL(std::string("live"), hub.stateOf(id));
    }

    void aDecisionOfThePlatformIsTakenOver() {
        ShelfHub hub;
        hub.put(productOf("1", 10, "Lamp", {variantOf("11")}));
        hub.turnOn();
        hub.settle();
        auto& shown = hub.market().there.begin()->second;
        shown.state = sdk::OfferState::Rejected;
        shown.reason = "taken down";
        hub.reconcile();
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), hub.listing("publish_state"));
        CPPUNIT_ASSERT_EQUAL(std::string("taken down"), hub.listing("publish_error"));
        hub.settle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hub.market().calls.size());
    }

    void theClockAsksForIt() {
        ShelfHub hub;
        hub.turnOn();
        {
            auto tx = hub.database->asOwner();
            tx.query("UPDATE integration SET connected_at = $1", hub.clock.now());
            tx.commit();
        }
        using std::chrono::hours;
        CPPUNIT_ASSERT_EQUAL(0, hub.service.startComparisons(hours(24)));
        hub.clock.advance(hours(25));
        CPPUNIT_ASSERT_EQUAL(1, hub.service.startComparisons(hours(24)));
        CPPUNIT_ASSERT_MESSAGE("it waits already", hub.service.startComparisons(hours(24)) == 0);
        CPPUNIT_ASSERT(hub.work("reconcile", hub.comparison));
        CPPUNIT_ASSERT_EQUAL(0, hub.service.startComparisons(hours(24)));
    }

    void whoPublishesNothingIsToldSo() {
        ShelfHub hub;
        const auto refused = hub.service.publish(hub.storeId, {}, std::nullopt);
        CPPUNIT_ASSERT(!refused && refused.error().kind == sdk::ErrorKind::Rejected);
        CPPUNIT_ASSERT(refused.error().message.find("/publishing") != std::string::npos);
        const auto nothing = hub.service.reconcile(hub.integration());
        CPPUNIT_ASSERT(!nothing && nothing.error().kind == sdk::ErrorKind::Rejected);
        const auto other = hub.inStore(
            [&](store::Transaction& tx) { return *store::Integrations::find(tx, hub.shop); });
        CPPUNIT_ASSERT(hub.service.standing(other).error().kind == sdk::ErrorKind::Unsupported);
        Settings settings;
        settings.link = "http://plain.example/{handle}";
        CPPUNIT_ASSERT(hub.service.configure(hub.integration(), settings).error().kind ==
                       sdk::ErrorKind::Rejected);
        hub.turnOn();
        const auto unknown = hub.service.publish(hub.storeId, {core::newId()}, std::nullopt);
        CPPUNIT_ASSERT(unknown.error().kind == sdk::ErrorKind::NotFound);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReconcileTest);

}  // namespace souk::publish
