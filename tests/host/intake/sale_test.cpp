#include "host/intake/bazaar.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

namespace souk::intake {

using namespace souk::test;

/// What is sold where no stock is kept goes off the stock where it is, once.
class SaleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SaleTest);
    CPPUNIT_TEST(aSaleGoesOffTheStockElsewhere);
    CPPUNIT_TEST(whatIsSoldBeforeItIsKnownToBeThereTakesStock);
    CPPUNIT_TEST(aBigSaleIsTakenFromSeveralPlaces);
    CPPUNIT_TEST(theShopsOwnOrdersMoveNothing);
    CPPUNIT_TEST(whatARunReadsIsThePast);
    CPPUNIT_TEST(anOrderToldTwiceIsSoldOnce);
    CPPUNIT_TEST(aChangedOrderTakesTheDifference);
    CPPUNIT_TEST(aCancelledOrderGivesBack);
    CPPUNIT_TEST(aLostAnswerIsAskedForUnderItsKey);
    CPPUNIT_TEST(aHostThatDiesTakesNothingTwice);
    CPPUNIT_TEST(whoLostItsLeaseAsksNoMore);
    CPPUNIT_TEST(aRefusalIsToldAndPlannedAnew);
    CPPUNIT_TEST(oneKeepersRefusalHoldsNoOther);
    CPPUNIT_TEST(whatIsGoneThereIsAskedForUntilTheHubHearsOfIt);
    CPPUNIT_TEST(whatIsRefusedKeepsNothingElseFromGoing);
    CPPUNIT_TEST(aDeadTokenOfTheKeeperDoesNotTouchTheSeller);
    CPPUNIT_TEST(aPausedKeeperIsWaitedFor);
    CPPUNIT_TEST(aKeeperThatIsDisconnectedMeanwhileIsNotWaitedFor);
    CPPUNIT_TEST(aDisconnectedKeeperIsLeftAlone);
    CPPUNIT_TEST(aPluginThatKeepsNoStockIsLeftAlone);
    CPPUNIT_TEST(whatIsSoldBeforeItsStockIsKnownIsTakenOnceItIs);
    CPPUNIT_TEST(stockThatIsNeverToldIsNotWaitedForForEver);
    CPPUNIT_TEST(untrackedStockIsNotWaitedFor);
    CPPUNIT_TEST(aSellersOwnGoodsAreItsOwnBeforeTheirStockIsTold);
    CPPUNIT_TEST(whatTheHubDoesNotKnowIsTold);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { bazaar_ = std::make_unique<Bazaar>(std::make_shared<Keeping>()); }
    void tearDown() override { bazaar_.reset(); }

private:
    void aSaleGoesOffTheStockElsewhere() {
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, bazaar_->keeper().stock["loc-1"]);
        CPPUNIT_ASSERT_EQUAL(bazaar_->text("SELECT id::text AS n FROM orders"),
                             bazaar_->keeper().reference);
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
    }
    void whatIsSoldBeforeItIsKnownToBeThereTakesStock() {
        {
            auto tx = bazaar_->database->asOwner();
            tx.query(
                "INSERT INTO offer (store_id, integration_id, variant_id, product_id, external_id) "
                "SELECT store_id, integration_id, variant_id, gen_random_uuid(), external_id "
                "FROM variant_listing WHERE external_id = 'v1'");
            tx.query("DELETE FROM variant_listing WHERE external_id = 'v1'");
            tx.commit();
        }
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
    }
    void aBigSaleIsTakenFromSeveralPlaces() {
        bazaar_->sell(7);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->keeper().stock["loc-1"]);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, bazaar_->keeper().stock["loc-2"]);
        CPPUNIT_ASSERT_EQUAL(1, bazaar_->keeper().calls);
    }
    void theShopsOwnOrdersMoveNothing() {
        bazaar_->take(bazaar_->shop, {orderOf("o1", 20, "paid", {lineOf("1", 2)})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
    }
    void whatARunReadsIsThePast() {
        bazaar_->take(
            bazaar_->market, {orderOf("o1", 20, "paid", {lineOf("1", 2)})}, Source::Cause::Sync);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
    }
    void anOrderToldTwiceIsSoldOnce() {
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->sell(2);
        bazaar_->sell(2, 21);
        while (bazaar_->work()) {
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, bazaar_->left());
    }
    void aChangedOrderTakesTheDifference() {
        bazaar_->sell(1);
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->sell(3, 30);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, bazaar_->left());
        CPPUNIT_ASSERT_EQUAL(std::string("done-1 done-2"), bazaar_->ledger());
    }
    void aCancelledOrderGivesBack() {
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->cancel(40);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, bazaar_->keeper().stock["loc-1"]);
        bazaar_->cancel(41);
        while (bazaar_->work()) {
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, bazaar_->left());
    }
    void aLostAnswerIsAskedForUnderItsKey() {
        bazaar_->keeper().lost = sdk::Error{sdk::ErrorKind::Transient, "timeout", {}};
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("planned-2"), bazaar_->ledger());
        bazaar_->clock.advance(std::chrono::minutes(1));
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(2, bazaar_->keeper().calls);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, bazaar_->left());
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
    }
    void aHostThatDiesTakesNothingTwice() {
        bazaar_->sell(2);
        const auto lost = bazaar_->lease("sale");
        CPPUNIT_ASSERT(lost);
        inventory::SaleJob job({*bazaar_->database,
                                bazaar_->sessions,
                                bazaar_->catalog,
                                bazaar_->clock,
                                bazaar_->log});
        CPPUNIT_ASSERT(job.run(*lost, {}));  // its end was never written down
        bazaar_->loseHost();
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, bazaar_->left());
        CPPUNIT_ASSERT(!job.run(*lost, {}));  // the lease went to another host
    }
    void whoLostItsLeaseAsksNoMore() {
        bazaar_->addKeeper(9);
        bazaar_->sell(12);
        const auto late = bazaar_->lease("sale");
        bazaar_->keeper().onAdjust = [&] {
            bazaar_->keeper().onAdjust = nullptr;
            bazaar_->loseHost();
            CPPUNIT_ASSERT(bazaar_->lease("sale"));  // another host's from here on
        };
        inventory::SaleJob job({*bazaar_->database,
                                bazaar_->sessions,
                                bazaar_->catalog,
                                bazaar_->clock,
                                bazaar_->log});
        CPPUNIT_ASSERT(!job.run(*late, {}));
        CPPUNIT_ASSERT_EQUAL(1, bazaar_->keeper().calls);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             bazaar_->count("stock_ledger WHERE state = 'planned'"));
        bazaar_->loseHost();
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, bazaar_->keeper().keys.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, bazaar_->count("stock_ledger WHERE state = 'done'"));
    }
    void oneKeepersRefusalHoldsNoOther() {
        bazaar_->addKeeper(9);
        bazaar_->keeper().refusal =
            sdk::Error{sdk::ErrorKind::Rejected, "the location is closed", {}};
        bazaar_->sell(12);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(2, bazaar_->keeper().calls);
        CPPUNIT_ASSERT_EQUAL(std::string("done refused"),
                             bazaar_->text("SELECT string_agg(state, ' ' ORDER BY state) AS n "
                                           "FROM stock_ledger"));
        bazaar_->clock.advance(std::chrono::minutes(1));
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("-12"),
                             bazaar_->text("SELECT sum(delta)::text AS n FROM stock_ledger WHERE "
                                           "state = 'done'"));
    }
    void aRefusalIsToldAndPlannedAnew() {
        bazaar_->keeper().refusal =
            sdk::Error{sdk::ErrorKind::Rejected, "the location is closed", {}};
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(
            std::string("the location is closed"),
            bazaar_->text("SELECT reason AS n FROM stock_ledger WHERE state = 'refused'"));
        bazaar_->clock.advance(std::chrono::minutes(1));
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bazaar_->keeper().keys.size());
        CPPUNIT_ASSERT_EQUAL(std::string("refused-2 done-2"), bazaar_->ledger());
    }
    void whatIsGoneThereIsAskedForUntilTheHubHearsOfIt() {
        bazaar_->sell(2);
        bazaar_->keeper().closed = "loc-1";
        for (int attempt = 0; attempt < 4; ++attempt) {
            CPPUNIT_ASSERT(bazaar_->work());
            bazaar_->clock.advance(std::chrono::minutes(10));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, bazaar_->sales());
        bazaar_->take(bazaar_->shop, {deletionOf(sdk::Entity::Product, "1", 60)});
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
    }
    void whatIsRefusedKeepsNothingElseFromGoing() {
        bazaar_->keeper().closed = "loc-2";
        bazaar_->sell(7);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("refused-5 refused-2"), bazaar_->ledger());
        bazaar_->clock.advance(std::chrono::minutes(1));
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("refused-5 refused-2 done-5 refused-2"),
                             bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->keeper().stock["loc-1"]);
        CPPUNIT_ASSERT_EQUAL(std::string("transient: loc-2 is closed"),
                             bazaar_->text("SELECT reason AS n FROM job WHERE kind = 'sale'"));
    }
    void aDeadTokenOfTheKeeperDoesNotTouchTheSeller() {
        bazaar_->keeper().refusal = sdk::Error{sdk::ErrorKind::Unauthorized, "expired", {}};
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             bazaar_->count("integration WHERE status = 'connected'"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("waiting 0 stock at example-one: expired"),
            bazaar_->text("SELECT concat_ws(' ', state, attempts, reason) AS n FROM job"));
    }
    void aPausedKeeperIsWaitedFor() {
        bazaar_->turn(store::IntegrationStatus::Paused);
        bazaar_->sell(2);
        for (int minute = 0; minute < 20; ++minute) {
            CPPUNIT_ASSERT(bazaar_->work());
            CPPUNIT_ASSERT(!bazaar_->work());
            bazaar_->clock.advance(std::chrono::minutes(1));
        }
        CPPUNIT_ASSERT_EQUAL(0, bazaar_->keeper().calls);
        CPPUNIT_ASSERT_EQUAL(std::string("planned-2"), bazaar_->ledger());
        bazaar_->turn(store::IntegrationStatus::Connected);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, bazaar_->left());
    }
    void aKeeperThatIsDisconnectedMeanwhileIsNotWaitedFor() {
        bazaar_->turn(store::IntegrationStatus::Paused);
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->turn(store::IntegrationStatus::Disconnected);
        bazaar_->clock.advance(std::chrono::minutes(1));
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("planned-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
    }
    void aDisconnectedKeeperIsLeftAlone() {
        bazaar_->turn(store::IntegrationStatus::Disconnected);
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(0, bazaar_->keeper().calls);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
    }
    void aPluginThatKeepsNoStockIsLeftAlone() {
        bazaar_->plugin->keeper.reset();
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("(null)"), bazaar_->ledger());
    }
    /// A vase of which the shop has told, and no stock of it yet, is sold by the market.
    void sellVase() const {
        bazaar_->take(bazaar_->shop, {productOf("2", 10, "Vase", {variantOf("21", "VASE")})});
        auto listed = variantOf("v2", "VASE");
        listed.inventoryItemId.clear();
        bazaar_->take(bazaar_->market, {productOf("p2", 10, "Vase", {listed})});
        auto line = lineOf("1", 2);
        line.variantExternalId = "v2";
        bazaar_->take(bazaar_->market, {orderOf("o1", 20, "paid", {line})});
    }
    void whatIsSoldBeforeItsStockIsKnownIsTakenOnceItIs() {
        sellVase();
        for (int tries = 0; tries < 20; ++tries) {  // more than a job has
            CPPUNIT_ASSERT(bazaar_->work());
            CPPUNIT_ASSERT(!bazaar_->work());
            bazaar_->clock.advance(std::chrono::minutes(1));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("(null)"), bazaar_->ledger());
        bazaar_->take(bazaar_->shop, {levelOf("item-21", 10, 5)});
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
    }
    void stockThatIsNeverToldIsNotWaitedForForEver() {
        sellVase();
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, bazaar_->sales());
        known(inventory::kLongestSilence / 2);
        bazaar_->clock.advance(std::chrono::minutes(1));
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->clock.advance(std::chrono::seconds(59));
        CPPUNIT_ASSERT(!bazaar_->work());
        known(inventory::kLongestSilence);
        bazaar_->clock.advance(std::chrono::seconds(1));
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
    }
    /// The order came that long ago.
    void known(std::chrono::seconds since) const {
        auto tx = bazaar_->database->asOwner();
        tx.query("UPDATE orders SET created_at = now() - $1 * interval '1 second'",
                 std::int64_t{since.count()});
        tx.commit();
    }
    void untrackedStockIsNotWaitedFor() {
        auto level = levelOf("item-21", 10, 5);
        level.available.reset();
        bazaar_->take(bazaar_->shop, {level});
        sellVase();
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
        CPPUNIT_ASSERT_EQUAL(std::string("(null)"), bazaar_->ledger());
    }
    /// The platform counts them itself.
    void aSellersOwnGoodsAreItsOwnBeforeTheirStockIsTold() {
        bazaar_->take(bazaar_->market, {productOf("p1", 11, "Lamp", {variantOf("v1", "LAMP")})});
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
        CPPUNIT_ASSERT_EQUAL(std::string("(null)"), bazaar_->ledger());
    }
    void whatTheHubDoesNotKnowIsTold() {
        auto tip = lineOf("9", 1);
        tip.variantExternalId.clear();
        bazaar_->take(bazaar_->market,
                      {orderOf("o1", 20, "paid", {lineOf("1", 2), lineOf("unheard-of", 3), tip})});
        std::string told;
        core::Log log(bazaar_->clock,
                      core::Log::Format::Json,
                      sdk::LogLevel::Warning,
                      [&](std::string_view line) { told += line; });
        inventory::SaleJob job(
            {*bazaar_->database, bazaar_->sessions, bazaar_->catalog, bazaar_->clock, log});
        CPPUNIT_ASSERT(static_cast<JobWorld&>(*bazaar_).work("sale", job));
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_MESSAGE(told, told.find("does not know what was sold") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(told, told.find(R"("units":"3")") != std::string::npos);
    }

    std::unique_ptr<Bazaar> bazaar_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SaleTest);

}  // namespace souk::intake
