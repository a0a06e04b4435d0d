#include "store/migrator.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <future>

namespace souk::store {

namespace {

const std::vector<Migration>& two() {
    static const std::vector<Migration> all{
        {1, "0001_one", "CREATE TABLE one (n integer); GRANT SELECT ON one TO souk_worker;"},
        {2, "0002_two", "CREATE TABLE two (n integer);"},
    };
    return all;
}

std::string withUser(std::string url, const std::string& user) {
    return url.replace(url.find("souk@"), 5, user + '@');
}

}  // namespace

class MigratorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MigratorTest);
    CPPUNIT_TEST(anEmptyDatabaseGetsEverything);
    CPPUNIT_TEST(theEmbeddedMigrationsAreNumberedWithoutGaps);
    CPPUNIT_TEST(aSecondRunDoesNothing);
    CPPUNIT_TEST(newMigrationsAreAddedToOldOnes);
    CPPUNIT_TEST(aFailedMigrationLeavesNothingOfItself);
    CPPUNIT_TEST(aNewerDatabaseIsRefused);
    CPPUNIT_TEST(aChangedMigrationIsRefused);
    CPPUNIT_TEST(hostsMayStartTogether);
    CPPUNIT_TEST(aDatabaseNeverMigratedHasVersionZero);
    CPPUNIT_TEST(tablesBelongToTheOwnerRole);
    CPPUNIT_TEST(aLoginThatMayNotMakeRolesIsToldWhatToAskFor);
    CPPUNIT_TEST(anOrdinaryLoginMigratesOnceAnAdministratorHelped);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { url_ = test::TestDatabase::instance().emptyUrl(); }

private:
    static std::string refusal(const std::string& url, const std::vector<Migration>& migrations) {
        try {
            migrate(url, migrations);
        } catch (const Failure& failure) {
            return failure.sqlState() + ' ' + failure.what();
        }
        return "none";
    }

    bool has(const std::string& table) {
        Database database(url_, {});
        return database.asLogin()
            .query("SELECT to_regclass($1) IS NOT NULL AS there", table)[0]
            .boolean("there");
    }

    void anEmptyDatabaseGetsEverything() {
        const auto done = migrate(url_);
        CPPUNIT_ASSERT_EQUAL(embeddedMigrations().size(), done.applied.size());
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(embeddedMigrations().size()), done.version);
        Database database(url_, {});
        CPPUNIT_ASSERT_EQUAL(done.version, schemaVersion(database));
    }

    void theEmbeddedMigrationsAreNumberedWithoutGaps() {
        CPPUNIT_ASSERT(!embeddedMigrations().empty());
        int number = 0;
        for (const auto& migration : embeddedMigrations()) {
            CPPUNIT_ASSERT_EQUAL(++number, migration.number);
            CPPUNIT_ASSERT(!migration.sql.empty());
        }
    }

    void aSecondRunDoesNothing() {
        migrate(url_, two());
        const auto again = migrate(url_, two());
        CPPUNIT_ASSERT(again.applied.empty());
        CPPUNIT_ASSERT_EQUAL(2, again.version);
    }

    void newMigrationsAreAddedToOldOnes() {
        migrate(url_, {two()[0]});
        CPPUNIT_ASSERT(!has("two"));
        const auto done = migrate(url_, two());
        CPPUNIT_ASSERT((done.applied == std::vector<std::string>{"0002_two"}));
        CPPUNIT_ASSERT(has("two"));
    }

    void aFailedMigrationLeavesNothingOfItself() {
        auto broken = two();
        broken[1].sql += "SELECT * FROM nowhere;";
        const auto text = refusal(url_, broken);
        CPPUNIT_ASSERT(text.find("migration 0002_two failed") != std::string::npos);
        CPPUNIT_ASSERT(has("one"));
        CPPUNIT_ASSERT(!has("two"));
        Database database(url_, {});
        CPPUNIT_ASSERT_EQUAL(1, schemaVersion(database));
        CPPUNIT_ASSERT_EQUAL(2, migrate(url_, two()).version);
    }

    void aNewerDatabaseIsRefused() {
        migrate(url_, two());
        const auto text = refusal(url_, {two()[0]});
        CPPUNIT_ASSERT(text.starts_with("55000"));
        CPPUNIT_ASSERT(text.find("install the newer souk") != std::string::npos);
    }

    void aChangedMigrationIsRefused() {
        migrate(url_, two());
        auto changed = two();
        changed[0].sql += " ";
        const auto text = refusal(url_, changed);
        CPPUNIT_ASSERT(text.starts_with("55000"));
        CPPUNIT_ASSERT(text.find("another content") != std::string::npos);
    }

    void hostsMayStartTogether() {
        std::vector<std::future<Migrated>> hosts;
        for (int i = 0; i < 4; ++i)
            hosts.push_back(
                std::async(std::launch::async, [this] { return migrate(url_, two()); }));
        std::size_t applied = 0;
        for (auto& host : hosts) {
            const auto done = host.get();
            CPPUNIT_ASSERT_EQUAL(2, done.version);
            applied += done.applied.size();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, applied);
    }

    void aDatabaseNeverMigratedHasVersionZero() {
        Database database(url_, {});
        CPPUNIT_ASSERT_EQUAL(0, schemaVersion(database));
    }

    void tablesBelongToTheOwnerRole() {
        migrate(url_, two());
        Database database(url_, {});
        constexpr const char* kOwner =
            "SELECT pg_get_userbyid(relowner)::text AS owner FROM pg_class WHERE relname = 'one'";
        CPPUNIT_ASSERT_EQUAL(std::string("souk_owner"),
                             database.asLogin().query(kOwner)[0].text("owner"));
        database.asWorker().query("SELECT n FROM one");
    }

    /// A login without special rights that owns the database at `url_`.
    std::string ordinaryLogin() {
        const std::string role =
            "clerk_" + std::to_string(::getpid()) + '_' + std::to_string(++logins_);
        Database database(url_, {});
        auto transaction = database.asLogin();
        transaction.query("CREATE ROLE " + role + " LOGIN");
        transaction.query("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO " + role +
                          "', current_database()); END $$");
        transaction.commit();
        return role;
    }

    void aLoginThatMayNotMakeRolesIsToldWhatToAskFor() {
        const auto role = ordinaryLogin();
        const auto text = refusal(withUser(url_, role), two());
        CPPUNIT_ASSERT(text.starts_with("42501"));
        CPPUNIT_ASSERT(text.find("let an administrator run") != std::string::npos);
        CPPUNIT_ASSERT(text.find("GRANT souk_owner, souk_app, souk_worker TO " + role) !=
                       std::string::npos);
        CPPUNIT_ASSERT(!has("one"));
    }

    void anOrdinaryLoginMigratesOnceAnAdministratorHelped() {
        test::TestDatabase::instance().freshUrl();  // makes the roles of the cluster
        const auto role = ordinaryLogin();
        {
            Database database(url_, {});
            auto administrator = database.asLogin();
            administrator.query("GRANT souk_owner, souk_app, souk_worker TO " + role);
            administrator.commit();
        }
        CPPUNIT_ASSERT_EQUAL(2, migrate(withUser(url_, role), two()).version);
        Database database(withUser(url_, role), {});
        database.asWorker().query("SELECT n FROM one");
        CPPUNIT_ASSERT_EQUAL(2, schemaVersion(database));
    }

    std::string url_;
    inline static int logins_ = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MigratorTest);

}  // namespace souk::store
