#include "host/sync/run_fixture.hpp"

namespace souk::sync {

/// What was sold while a keeper of stock was disconnected waits until it was read as a whole again.
class SaleResumeTest : public test::RunFixture {
    CPPUNIT_TEST_SUITE(SaleResumeTest);
    CPPUNIT_TEST(aWholeRunResumesWhatWaits);
    CPPUNIT_TEST(aRunThatEndsOtherwiseResumesNothing);
    CPPUNIT_TEST_SUITE_END();

private:
    void plan() {
        auto tx = hub_->database->asOwner();
        tx.query(
            "INSERT INTO orders (store_id, id, integration_id, external_id) "
            "VALUES ($1, $2, $3, 'sold by message')",
            hub_->storeId,
            order_,
            hub_->integrationId);
        tx.query(
            "INSERT INTO stock_ledger (store_id, id, batch_id, order_id, variant_id, "
            "integration_id, inventory_item_id, location_external_id, delta, state, created_at) "
            "VALUES ($1, $2, $2, $3, $2, $4, 'item', 'place', -2, 'planned', $5)",
            hub_->storeId,
            core::newId(),
            order_,
            hub_->integrationId,
            hub_->clock.now());
        tx.commit();
    }
    std::int64_t sales() { return hub_->count("job WHERE kind = 'sale'"); }

    void aWholeRunResumesWhatWaits() {
        plan();
        fill(3);
        startCustomers(Mode::Full);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, sales());
        hub_->settle(10);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, sales());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub_->count("job WHERE kind = 'sale' AND dedupe = '" + order_.text() + "'"));
    }

    void aRunThatEndsOtherwiseResumesNothing() {
        plan();
        fill(3);
        const auto run = startCustomers(Mode::Full);
        CPPUNIT_ASSERT(hub_->service.cancel(hub_->storeId, run));
        hub_->settle(10);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), statusOf(run));
        startCustomers(Mode::Incremental);
        hub_->settle(10);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, sales());
    }

    core::Uuid order_ = core::newId();
};

CPPUNIT_TEST_SUITE_REGISTRATION(SaleResumeTest);

}  // namespace souk::sync
