#include "store/database.hpp"

#include "statements.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

using testing::kCount;
using testing::kInsert;
using testing::stateOf;

class DatabaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseTest);
    CPPUNIT_TEST(aCommittedRowIsThereForTheNextTransaction);
    CPPUNIT_TEST(whatIsNotCommittedIsRolledBack);
    CPPUNIT_TEST(aFailedStatementPoisonsItsTransactionOnly);
    CPPUNIT_TEST(anAttemptThatFailsLeavesTheTransactionUsable);
    CPPUNIT_TEST(whatWasAttemptedInVainIsNotTold);
    CPPUNIT_TEST(callbacksRunAfterTheCommitAndNeverAfterARollback);
    CPPUNIT_TEST(aTransactionThatHasEndedIsABugToUse);
    CPPUNIT_TEST(aMovedTransactionGoesOn);
    CPPUNIT_TEST(settingsEndWithTheirTransaction);
    CPPUNIT_TEST(microsecondsAndTheTimeZoneAreKept);
    CPPUNIT_TEST(aStatementThatTakesTooLongIsCancelled);
    CPPUNIT_TEST(aLockThatIsNotFreedIsNotWaitedForForEver);
    CPPUNIT_TEST(aTransactionLeftIdleGivesItsLocksBack);
    CPPUNIT_TEST(failuresNameTheConstraintAndNoValue);
    CPPUNIT_TEST(aBrokenValueIsNotInTheMessage);
    CPPUNIT_TEST(aStoreTransactionNeedsAStore);
    CPPUNIT_TEST(anUnreadableUrlIsRefusedWithoutItsPassword);
    CPPUNIT_TEST(aMissingRoleNamesTheCommandThatMakesIt);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { database_ = test::TestDatabase::instance().emptied(); }
    void tearDown() override { database_.reset(); }

private:
    std::int64_t count() {
        auto transaction = database_->asWorker();
        return transaction.query(kCount)[0].integer("n");
    }

    void aCommittedRowIsThereForTheNextTransaction() {
        const auto id = test::insertStore(*database_, "First");
        auto transaction = database_->forStore(id);
        const auto rows = transaction.query("SELECT id, name FROM store");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows.size());
        CPPUNIT_ASSERT(rows[0].uuid("id") == id);
        CPPUNIT_ASSERT_EQUAL(std::string("First"), rows[0].text("name"));
    }

    void whatIsNotCommittedIsRolledBack() {
        {
            auto transaction = database_->asWorker();
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                                 transaction.query(kInsert, core::newId(), "Gone").affected());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
    }

    void aFailedStatementPoisonsItsTransactionOnly() {
        {
            auto transaction = database_->asWorker();
            transaction.query(kInsert, core::newId(), "Before");
            CPPUNIT_ASSERT_EQUAL(std::string("42P01"),
                                 stateOf([&] { transaction.query("SELECT FROM nowhere"); }));
            CPPUNIT_ASSERT_EQUAL(std::string("25P02"), stateOf([&] { transaction.query(kCount); }));
            CPPUNIT_ASSERT_EQUAL(std::string("25P02"), stateOf([&] { transaction.commit(); }));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
        CPPUNIT_ASSERT_EQUAL(1, database_->usage().idle);
    }

    void anAttemptThatFailsLeavesTheTransactionUsable() {
        const auto id = core::newId();
        auto transaction = database_->asWorker();
        transaction.query(kInsert, id, "Kept");
        CPPUNIT_ASSERT_EQUAL(std::string("23505"), stateOf([&] {
                                 transaction.attempt([&] {
                                     transaction.query(kInsert, core::newId(), "Undone");
                                     transaction.query(kInsert, id, "Twice");
                                 });
                             }));
        transaction.attempt([&] { transaction.query(kInsert, core::newId(), "Also kept"); });
        transaction.commit();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, count());
    }

    void whatWasAttemptedInVainIsNotTold() {
        int told = 0;
        auto transaction = database_->asWorker();
        CPPUNIT_ASSERT_EQUAL(std::string("42P01"), stateOf([&] {
                                 transaction.attempt([&] {
                                     transaction.afterCommit([&] { ++told; });
                                     transaction.query("SELECT FROM nowhere");
                                 });
                             }));
        transaction.commit();
        CPPUNIT_ASSERT_EQUAL(0, told);
    }

    void callbacksRunAfterTheCommitAndNeverAfterARollback() {
        int told = 0;
        {
            auto dropped = database_->asWorker();
            dropped.afterCommit([&] { ++told; });
        }
        CPPUNIT_ASSERT_EQUAL(0, told);
        auto transaction = database_->asWorker();
        transaction.query(kInsert, core::newId(), "Told");
        transaction.afterCommit([&] { told += static_cast<int>(count()); });
        transaction.commit();
        CPPUNIT_ASSERT_EQUAL(1, told);
    }

    void aTransactionThatHasEndedIsABugToUse() {
        auto transaction = database_->asWorker();
        transaction.commit();
        CPPUNIT_ASSERT_THROW(transaction.query(kCount), std::logic_error);
        CPPUNIT_ASSERT_THROW(transaction.commit(), std::logic_error);
        CPPUNIT_ASSERT_THROW(transaction.afterCommit([] {}), std::logic_error);
        CPPUNIT_ASSERT_THROW(transaction.attempt([] {}), std::logic_error);
    }

    void aMovedTransactionGoesOn() {
        auto first = database_->asWorker();
        first.query(kInsert, core::newId(), "Moved");
        auto second = std::move(first);
        second.commit();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
    }

    void settingsEndWithTheirTransaction() {
        const auto id = test::insertStore(*database_);
        database_->forStore(id).commit();
        auto after = database_->asLogin();
        const auto row = after.query(
            "SELECT current_user::text = session_user::text AS same, "
            "coalesce(current_setting('souk.store_id', true), '') AS store")[0];
        CPPUNIT_ASSERT(row.boolean("same"));
        CPPUNIT_ASSERT_EQUAL(std::string(), row.text("store"));
    }

    void microsecondsAndTheTimeZoneAreKept() {
        auto transaction = database_->asWorker();
        const auto row = transaction.query(
            "SELECT '2026-11-21 05:30:00.123456+05:30'::timestamptz AS at, "
            "to_char('2026-11-21 05:30+05:30'::timestamptz, 'HH24:MI') AS shown")[0];
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'795'219'200'123'456},
                             std::int64_t{row.time("at").time_since_epoch().count()});
        CPPUNIT_ASSERT_EQUAL(std::string("00:00"), row.text("shown"));
    }

    void aStatementThatTakesTooLongIsCancelled() {
        PoolLimits limits;
        limits.statementTimeout = std::chrono::milliseconds(50);
        Database hasty(test::TestDatabase::instance().emptiedUrl(), limits);
        auto transaction = hasty.asLogin();
        CPPUNIT_ASSERT_EQUAL(std::string("57014"),
                             stateOf([&] { transaction.query("SELECT pg_sleep(30)::text"); }));
    }

    void aLockThatIsNotFreedIsNotWaitedForForEver() {
        PoolLimits limits;
        limits.lockTimeout = std::chrono::milliseconds(50);
        Database hasty(test::TestDatabase::instance().emptiedUrl(), limits);
        const auto id = test::insertStore(hasty);
        constexpr const char* kLock = "SELECT id FROM store WHERE id = $1 FOR UPDATE";
        auto holder = hasty.asWorker();
        holder.query(kLock, id);
        auto other = hasty.asWorker();
        CPPUNIT_ASSERT_EQUAL(std::string("55P03"), stateOf([&] { other.query(kLock, id); }));
    }

    void aTransactionLeftIdleGivesItsLocksBack() {
        constexpr const char* kLock = "SELECT id FROM store WHERE id = $1 FOR UPDATE";
        PoolLimits limits;
        limits.statementTimeout = std::chrono::milliseconds(500);
        Database paused(test::TestDatabase::instance().emptiedUrl(), limits);
        const auto id = test::insertStore(*database_);
        auto idle = paused.asWorker();
        idle.query(kLock, id);
        auto other = database_->asWorker();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, other.query(kLock, id).size());
        try {
            idle.query(kCount);
            CPPUNIT_FAIL("a statement after its transaction was ended");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT(failure.transient());
        }
    }

    void failuresNameTheConstraintAndNoValue() {
        auto transaction = database_->asWorker();
        const auto id = core::newId();
        transaction.query(kInsert, id, "Once");
        try {
            transaction.query(kInsert, id, "Twice");
            CPPUNIT_FAIL("a key twice");
        } catch (const Failure& failure) {
            const std::string text = failure.what();
            CPPUNIT_ASSERT(failure.uniqueViolation());
            CPPUNIT_ASSERT(!failure.transient());
            CPPUNIT_ASSERT(text.find("store_pkey") != std::string::npos);
            CPPUNIT_ASSERT(text.find("(table store)") != std::string::npos);
            CPPUNIT_ASSERT(text.find(id.text()) == std::string::npos);
        }
    }

    void aBrokenValueIsNotInTheMessage() {
        auto transaction = database_->asWorker();
        try {
            transaction.query("SELECT $1::text::uuid AS id", "jane@example.org");
            CPPUNIT_FAIL("no uuid");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string("22P02"), failure.sqlState());
            CPPUNIT_ASSERT_EQUAL(std::string("invalid input syntax for type uuid: \"...\" [22P02]"),
                                 std::string(failure.what()));
        }
    }

    void aStoreTransactionNeedsAStore() {
        CPPUNIT_ASSERT_THROW(database_->forStore({}), std::logic_error);
    }

    void anUnreadableUrlIsRefusedWithoutItsPassword() {
        try {
            const Database wrong("postgresql://me:geheim%zz@localhost/souk", {});
            CPPUNIT_FAIL("an unreadable URL");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT(std::string(failure.what()).find("geheim") == std::string::npos);
        }
    }

    void aMissingRoleNamesTheCommandThatMakesIt() {
        Database outsider(testing::strangersUrl(), {});
        try {
            outsider.asWorker();
            CPPUNIT_FAIL("a role it is no member of");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT(std::string(failure.what()).find("souk migrate") != std::string::npos);
        }
    }

    std::unique_ptr<Database> database_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseTest);

}  // namespace souk::store
