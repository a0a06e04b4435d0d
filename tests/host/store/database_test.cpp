#include "store/database.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

class DatabaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseTest);
    CPPUNIT_TEST(aCommittedRowIsThereForTheNextTransaction);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { database_ = test::TestDatabase::instance().fresh(); }

private:
    void aCommittedRowIsThereForTheNextTransaction() {
        const auto id = test::insertStore(*database_, "First");
        auto transaction = database_->forStore(id);
        const auto rows = transaction.query("SELECT id, name FROM store");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows.size());
        CPPUNIT_ASSERT(rows[0].uuid("id") == id);
        CPPUNIT_ASSERT_EQUAL(std::string("First"), rows[0].text("name"));
    }

    std::unique_ptr<Database> database_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseTest);

}  // namespace souk::store
