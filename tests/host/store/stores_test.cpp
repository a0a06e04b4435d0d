#include "store/stores.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

class StoresTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoresTest);
    CPPUNIT_TEST(aStoreIsCreatedFoundAndListed);
    CPPUNIT_TEST(listsGoOnAfterTheLastOne);
    CPPUNIT_TEST(anUnknownCurrencyOrTimeZoneOrNoNameIsRejected);
    CPPUNIT_TEST(aStoreFindsItselfOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { database_ = test::TestDatabase::instance().emptied(); }
    void tearDown() override { database_.reset(); }

private:
    StoreRow create(const std::string& name) {
        auto worker = database_->asWorker();
        auto made = Stores::create(worker, name, "JPY", "Asia/Tokyo");
        CPPUNIT_ASSERT(made);
        worker.commit();
        return *made;
    }

    void aStoreIsCreatedFoundAndListed() {
        const auto made = create("Kissa");
        auto worker = database_->asWorker();
        const auto found = Stores::find(worker, made.id);
        CPPUNIT_ASSERT(found.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("Kissa"), found->name);
        CPPUNIT_ASSERT_EQUAL(std::string("JPY"), found->currency);
        CPPUNIT_ASSERT_EQUAL(std::string("Asia/Tokyo"), found->timeZone);
        CPPUNIT_ASSERT(found->createdAt == made.createdAt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, Stores::list(worker, {}, 10).size());
        CPPUNIT_ASSERT(!Stores::find(worker, core::newId()));
    }

    void listsGoOnAfterTheLastOne() {
        const auto first = create("One");
        const auto second = create("Two");
        auto worker = database_->asWorker();
        const auto page = Stores::list(worker, {}, 1);
        CPPUNIT_ASSERT(page.size() == 1 && page[0].id == first.id);
        const auto rest = Stores::list(worker, page[0].id, 10);
        CPPUNIT_ASSERT(rest.size() == 1 && rest[0].id == second.id);
    }

    void anUnknownCurrencyOrTimeZoneOrNoNameIsRejected() {
        auto worker = database_->asWorker();
        const auto money = Stores::create(worker, "Shop", "XQX", "UTC");
        CPPUNIT_ASSERT(!money && money.error().kind == sdk::ErrorKind::Rejected);
        const auto zone = Stores::create(worker, "Shop", "EUR", "Europe/Atlantis");
        CPPUNIT_ASSERT(!zone && zone.error().message.find("Europe/Berlin") != std::string::npos);
        CPPUNIT_ASSERT(!Stores::create(worker, "", "EUR", "UTC"));
        CPPUNIT_ASSERT(Stores::create(worker, "Shop", "EUR", "UTC"));
    }

    void aStoreFindsItselfOnly() {
        const auto mine = create("Mine");
        const auto other = create("Other");
        auto app = database_->forStore(mine.id);
        CPPUNIT_ASSERT(Stores::find(app, mine.id));
        CPPUNIT_ASSERT(!Stores::find(app, other.id));
    }

    std::unique_ptr<Database> database_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoresTest);

}  // namespace souk::store
