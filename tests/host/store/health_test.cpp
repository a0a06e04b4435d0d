#include "store/health.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

/// What a healthy database says; every kind of trouble is in tests/host/app/doctor_test.cpp.
class HealthTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HealthTest);
    CPPUNIT_TEST(aMigratedDatabaseLacksNothing);
    CPPUNIT_TEST(anEmptyDatabaseLacksEverythingAndIsLeftAlone);
    CPPUNIT_TEST(whatIsMissingIsNamed);
    CPPUNIT_TEST(anotherSouksDatabaseIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void aMigratedDatabaseLacksNothing() {
        const auto database = test::TestDatabase::instance().emptied();
        const auto health = healthOf(*database);
        CPPUNIT_ASSERT(health.version >= 150000);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, health.roles.size());
        for (const auto& role : health.roles)
            CPPUNIT_ASSERT_MESSAGE(role.name, role.exists && role.member && !role.unlimited);
        CPPUNIT_ASSERT(health.unforced.empty());
        CPPUNIT_ASSERT(missingMigrations(*database).empty());
    }

    void anEmptyDatabaseLacksEverythingAndIsLeftAlone() {
        Database database(test::TestDatabase::instance().emptyUrl(), {});
        CPPUNIT_ASSERT_EQUAL(embeddedMigrations().size(), missingMigrations(database).size());
        healthOf(database);
        CPPUNIT_ASSERT_EQUAL(0, schemaVersion(database));
    }

    void whatIsMissingIsNamed() {
        const auto database = test::TestDatabase::instance().emptied();
        auto more = embeddedMigrations();
        more.push_back({static_cast<int>(more.size()) + 1, "9999_next", "SELECT 1"});
        const auto missing = missingMigrations(*database, more);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, missing.size());
        CPPUNIT_ASSERT_EQUAL(std::string("9999_next"), missing[0]);
    }

    void anotherSouksDatabaseIsRefused() {
        const auto database = test::TestDatabase::instance().emptied();
        auto other = embeddedMigrations();
        other[0].sql += "-- changed";
        try {
            missingMigrations(*database, other);
            CPPUNIT_FAIL("another content");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string("55000"), failure.sqlState());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HealthTest);

}  // namespace souk::store
