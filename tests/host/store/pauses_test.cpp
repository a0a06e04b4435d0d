#include "store/pauses.hpp"

#include "store/integrations.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

class PausesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PausesTest);
    CPPUNIT_TEST(onlyAConnectedOneIsPausedAndOnlyAPausedOneResumed);
    CPPUNIT_TEST(bothAreNews);
    CPPUNIT_TEST_SUITE_END();

    bool begin(const std::string& reason) {
        auto tx = database_->forStore(store_);
        const bool begun = Pauses::begin(tx, id_, reason, sdk::Timestamp());
        tx.commit();
        return begun;
    }
    bool end() {
        auto tx = database_->forStore(store_);
        const bool ended = Pauses::end(tx, id_, sdk::Timestamp());
        tx.commit();
        return ended;
    }
    IntegrationRow row() {
        auto tx = database_->asWorker();
        return *Integrations::find(tx, id_);
    }

    std::unique_ptr<Database> database_;
    core::Uuid store_;
    core::Uuid id_;

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        store_ = test::insertStore(*database_);
        id_ = test::insertIntegration(*database_, store_, "example", "a", "pending");
    }
    void tearDown() override { database_.reset(); }

    void onlyAConnectedOneIsPausedAndOnlyAPausedOneResumed() {
        CPPUNIT_ASSERT(!begin("It hangs."));
        CPPUNIT_ASSERT(!end());
        CPPUNIT_ASSERT(row().status == IntegrationStatus::Pending);
        id_ = test::insertIntegration(*database_, store_, "other", "b");
        CPPUNIT_ASSERT(begin("It hangs."));
        CPPUNIT_ASSERT(!begin("Another reason."));
        CPPUNIT_ASSERT(row().status == IntegrationStatus::Paused);
        CPPUNIT_ASSERT_EQUAL(std::string("It hangs."), row().statusReason.value_or(""));
        CPPUNIT_ASSERT(end());
        CPPUNIT_ASSERT(row().status == IntegrationStatus::Connected);
        CPPUNIT_ASSERT(!row().statusReason);
    }
    void bothAreNews() {
        id_ = test::insertIntegration(*database_, store_, "other", "b");
        begin("It hangs.");
        end();
        auto tx = database_->asOwner();
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t(2),
            tx.query("SELECT count(*) AS n FROM change WHERE kind = 'integration.updated'")[0]
                .integer("n"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PausesTest);

}  // namespace souk::store
