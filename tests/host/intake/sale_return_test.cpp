#include "host/intake/bazaar.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

namespace souk::intake {

using namespace souk::test;

/// What is sold while whoever keeps the stock is disconnected goes off it when they are back.
class SaleReturnTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SaleReturnTest);
    CPPUNIT_TEST(whatWasSoldMeanwhileIsTakenOnce);
    CPPUNIT_TEST(aCallThatMayHaveBeenMadeIsMadeUnderItsKey);
    CPPUNIT_TEST(whatWasCancelledMeanwhileIsEven);
    CPPUNIT_TEST(whoIsConnectedIsAskedFirst);
    CPPUNIT_TEST(whatIsGoneMeanwhileIsTakenWhereTheRestIs);
    CPPUNIT_TEST(whatIsTooOldIsRefusedWithItsReason);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { bazaar_ = std::make_unique<Bazaar>(std::make_shared<Keeping>()); }
    void tearDown() override { bazaar_.reset(); }

private:
    void leave() const { bazaar_->turn(store::IntegrationStatus::Disconnected); }
    /// Connected again and read as a whole; answers how many orders waited for that.
    std::int64_t comeBack() const {
        bazaar_->turn(store::IntegrationStatus::Connected);
        return bazaar_->inStore([&](store::Transaction& tx) {
            return inventory::resumeSales(
                tx, bazaar_->storeId, bazaar_->shop, bazaar_->clock.now());
        });
    }

    void whatWasSoldMeanwhileIsTakenOnce() {
        leave();
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, bazaar_->sales());
        CPPUNIT_ASSERT_EQUAL(std::string("planned-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, comeBack());
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, bazaar_->left());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, comeBack());
        CPPUNIT_ASSERT(!bazaar_->work());
    }

    void aCallThatMayHaveBeenMadeIsMadeUnderItsKey() {
        bazaar_->keeper().lost =
            sdk::Error{sdk::ErrorKind::Transient, "no answer came", std::nullopt, true};
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        leave();
        bazaar_->clock.advance(std::chrono::hours(1));
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("planned-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, comeBack());
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(2, bazaar_->keeper().calls);
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, bazaar_->left());
    }

    void whatWasCancelledMeanwhileIsEven() {
        leave();
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->cancel(30);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, comeBack());
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("done-2 done2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, bazaar_->left());
    }

    void whoIsConnectedIsAskedFirst() {
        bazaar_->addKeeper(1);
        leave();
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("done-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, comeBack());
    }

    void whatIsGoneMeanwhileIsTakenWhereTheRestIs() {
        leave();
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->keeper().closed = "loc-1";
        auto tx = bazaar_->database->asOwner();
        tx.query("UPDATE inventory SET deleted_at = $1 WHERE location_external_id = 'loc-1'",
                 bazaar_->clock.now());
        tx.commit();
        comeBack();
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->clock.advance(std::chrono::hours(1));
        CPPUNIT_ASSERT(bazaar_->work());
        CPPUNIT_ASSERT_EQUAL(std::string("refused-2 done-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, bazaar_->keeper().stock["loc-2"]);
    }

    void whatIsTooOldIsRefusedWithItsReason() {
        leave();
        bazaar_->sell(2);
        CPPUNIT_ASSERT(bazaar_->work());
        bazaar_->clock.advance(inventory::kLongestAbsence + std::chrono::hours(1));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, comeBack());
        CPPUNIT_ASSERT_EQUAL(std::string("refused-2"), bazaar_->ledger());
        CPPUNIT_ASSERT_EQUAL(
            std::string("the integration that keeps the stock was away for too long"),
            bazaar_->text("SELECT reason AS n FROM stock_ledger"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, bazaar_->left());
    }

    std::unique_ptr<Bazaar> bazaar_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SaleReturnTest);

}  // namespace souk::intake
