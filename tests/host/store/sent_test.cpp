#include "statements.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>

namespace souk::store {

using testing::kCount;
using testing::kEndOthers;
using testing::kInsert;
using testing::stateOf;

/// A statement that is a whole transaction, sent before its answer is waited for.
class SentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SentTest);
    CPPUNIT_TEST(whatWasSentIsCommittedWhenItsAnswerIsThere);
    CPPUNIT_TEST(anotherTransactionGoesOnMeanwhile);
    CPPUNIT_TEST(whatFailsLeavesNothingAndTheSessionUsable);
    CPPUNIT_TEST(whatFailsAtTheCommitIsAFailure);
    CPPUNIT_TEST(anAnswerNobodyAsksForCostsNobodyAStatement);
    CPPUNIT_TEST(anAnswerIsAskedForOnce);
    CPPUNIT_TEST(roleAndSettingsEndWithIt);
    CPPUNIT_TEST(aStatementThatTakesTooLongIsCancelled);
    CPPUNIT_TEST(manyMegabytesAreSent);
    CPPUNIT_TEST(aStatementThatCannotBePreparedIsAFailure);
    CPPUNIT_TEST(aConnectionLostOnTheWayIsTransient);
    CPPUNIT_TEST(aChangedTableIsTransientAndHealsByANewSession);
    CPPUNIT_TEST(aMissingRoleNamesTheCommandThatMakesIt);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { database_ = test::TestDatabase::instance().emptied(); }
    void tearDown() override { database_.reset(); }

private:
    static Rows all(Database& database, std::string_view sql, const Params& params = Params()) {
        return database.sendAsWorker(sql, params).finish();
    }
    std::int64_t count() { return all(*database_, kCount)[0].integer("n"); }

    void whatWasSentIsCommittedWhenItsAnswerIsThere() {
        Database other(test::TestDatabase::instance().emptiedUrl(), {});
        auto sent = database_->sendAsWorker(kInsert, Params(core::newId(), "First"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, sent.finish().affected());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, all(other, kCount)[0].integer("n"));
        CPPUNIT_ASSERT_EQUAL(1, database_->usage().idle);
    }

    void anotherTransactionGoesOnMeanwhile() {
        auto moved = database_->sendAsWorker(kInsert, Params(core::newId(), "On its way"));
        auto sent = std::move(moved);
        {
            auto transaction = database_->asWorker();
            transaction.query(kInsert, core::newId(), "Meanwhile");
            transaction.commit();
        }
        sent.finish();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, count());
        CPPUNIT_ASSERT_EQUAL(2, database_->usage().idle);
    }

    void whatFailsLeavesNothingAndTheSessionUsable() {
        static constexpr const char* kTwice =
            "INSERT INTO store (id, name, currency, time_zone) "
            "SELECT $1, 'Twice', 'EUR', 'UTC' FROM generate_series(1, 2)";
        const auto id = core::newId();
        CPPUNIT_ASSERT_EQUAL(std::string("23505"),
                             stateOf([&] { all(*database_, kTwice, Params(id)); }));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
        CPPUNIT_ASSERT_EQUAL(1, database_->usage().idle);
    }

    void whatFailsAtTheCommitIsAFailure() {
        database_ = test::TestDatabase::instance().fresh();
        auto owner = database_->asOwner();
        owner.query("CREATE TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        owner.query("GRANT SELECT, INSERT ON late TO souk_worker");
        owner.commit();
        CPPUNIT_ASSERT_EQUAL(std::string("23505"), stateOf([&] {
                                 all(*database_,
                                     "INSERT INTO late SELECT 1 FROM generate_series(1, 2)");
                             }));
        CPPUNIT_ASSERT(all(*database_, "SELECT n FROM late").empty());
    }

    void anAnswerNobodyAsksForCostsNobodyAStatement() {
        { const auto sent = database_->sendAsWorker("SELECT 1 AS n", Params()); }
        CPPUNIT_ASSERT_EQUAL(1, database_->usage().idle);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
        CPPUNIT_ASSERT_EQUAL(1, database_->usage().idle);
    }

    void anAnswerIsAskedForOnce() {
        auto sent = database_->sendAsWorker(kCount, Params());
        sent.finish();
        CPPUNIT_ASSERT_THROW(sent.finish(), std::logic_error);
    }

    void roleAndSettingsEndWithIt() {
        constexpr const char* kLook =
            "SELECT current_user::text AS who, current_setting('timezone') AS zone, "
            "current_setting('lock_timeout') AS patience";
        PoolLimits limits;
        limits.connections = 1;
        limits.lockTimeout = std::chrono::milliseconds(1234);
        Database narrow(test::TestDatabase::instance().emptiedUrl(), limits);
        const auto inside = all(narrow, kLook);
        CPPUNIT_ASSERT_EQUAL(std::string("souk_worker"), inside[0].text("who"));
        CPPUNIT_ASSERT_EQUAL(std::string("UTC"), inside[0].text("zone"));
        CPPUNIT_ASSERT_EQUAL(std::string("1234ms"), inside[0].text("patience"));
        const auto after = narrow.asLogin().query(
            "SELECT current_user::text = session_user::text AS same, "
            "(SELECT reset_val FROM pg_settings WHERE name = 'lock_timeout') AS patience");
        CPPUNIT_ASSERT(after[0].boolean("same"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), after[0].text("patience"));
    }

    void aStatementThatTakesTooLongIsCancelled() {
        PoolLimits limits;
        limits.statementTimeout = std::chrono::milliseconds(50);
        Database hasty(test::TestDatabase::instance().emptiedUrl(), limits);
        CPPUNIT_ASSERT_EQUAL(std::string("57014"),
                             stateOf([&] { all(hasty, "SELECT pg_sleep(30)::text"); }));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, all(hasty, kCount)[0].integer("n"));
    }

    /// More than every buffer on the way holds.
    void manyMegabytesAreSent() {
        const std::string large(24U << 20U, 'x');
        const auto rows = all(*database_, "SELECT length($1) AS n, $1 AS same", Params(large));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{24 << 20}, rows[0].integer("n"));
        CPPUNIT_ASSERT(rows[0].text("same") == large);
    }

    void aStatementThatCannotBePreparedIsAFailure() {
        CPPUNIT_ASSERT_EQUAL(std::string("42P01"),
                             stateOf([&] { all(*database_, "SELECT FROM nowhere"); }));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
        CPPUNIT_ASSERT_EQUAL(1, database_->usage().idle);
    }

    void aConnectionLostOnTheWayIsTransient() {
        const auto url = test::TestDatabase::instance().freshUrl();
        Database hub(url, {});
        Database other(url, {});
        auto sent = hub.sendAsWorker("SELECT pg_sleep(600)::text", Params());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, other.asLogin().query(kEndOthers)[0].integer("n"));
        try {
            sent.finish();
            CPPUNIT_FAIL("an answer of an ended session");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT(failure.transient());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, all(hub, kCount)[0].integer("n"));
        CPPUNIT_ASSERT_EQUAL(1, hub.usage().idle);
    }

    void aChangedTableIsTransientAndHealsByANewSession() {
        constexpr const char* kAll = "SELECT * FROM platform_app";
        database_ = test::TestDatabase::instance().fresh();
        all(*database_, kAll);
        auto owner = database_->asOwner();
        owner.query("ALTER TABLE platform_app ADD COLUMN note text");
        owner.commit();
        try {
            all(*database_, kAll);
            CPPUNIT_FAIL("a plan of the old table");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT(failure.transient());
        }
        for (int i = 0; i < 2; ++i) all(*database_, kAll);
    }

    void aMissingRoleNamesTheCommandThatMakesIt() {
        Database outsider(testing::strangersUrl(), {});
        try {
            all(outsider, "SELECT 1 AS n");
            CPPUNIT_FAIL("a role it is no member of");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT(std::string(failure.what()).find("souk migrate") != std::string::npos);
        }
    }

    std::unique_ptr<Database> database_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SentTest);

}  // namespace souk::store
