#include "statements.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

namespace souk::store {

using testing::kCount;
using testing::kEndOthers;
using testing::kInsert;
using testing::stateOf;

/// What the connections behind a database live through.
class PoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PoolTest);
    CPPUNIT_TEST(nobodyWaitsLongerThanToldForAConnection);
    CPPUNIT_TEST(whoWaitsGetsTheConnectionThatComesFree);
    CPPUNIT_TEST(manyThreadsShareFewConnections);
    CPPUNIT_TEST(lostSessionsCostNobodyAStatement);
    CPPUNIT_TEST(aConnectionLostInTheMiddleIsTransient);
    CPPUNIT_TEST(aChangedTableIsTransientAndHealsByANewSession);
    CPPUNIT_TEST(copyIsABugAndTheConnectionHeals);
    CPPUNIT_TEST(moreStatementsThanTheCacheHoldsStillRun);
    CPPUNIT_TEST(aForkedChildOpensItsOwnSession);
    CPPUNIT_TEST(aServerThatIsAwayIsATransientFailure);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { database_ = test::TestDatabase::instance().emptied(); }
    void tearDown() override { database_.reset(); }

private:
    void nobodyWaitsLongerThanToldForAConnection() {
        PoolLimits limits;
        limits.connections = 1;
        limits.wait = std::chrono::milliseconds(20);
        Database narrow(test::TestDatabase::instance().emptiedUrl(), limits);
        const auto held = narrow.asLogin();
        CPPUNIT_ASSERT_EQUAL(std::string("53300"), stateOf([&] { narrow.asLogin(); }));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, narrow.usage().waits);
        CPPUNIT_ASSERT_EQUAL(0, narrow.usage().waiting);
        CPPUNIT_ASSERT_EQUAL(1, narrow.usage().busy);
    }

    void whoWaitsGetsTheConnectionThatComesFree() {
        PoolLimits limits;
        limits.connections = 1;
        Database narrow(test::TestDatabase::instance().emptiedUrl(), limits);
        auto held = std::make_unique<Transaction>(narrow.asLogin());
        auto waiting = std::async(std::launch::async, [&] {
            return narrow.asLogin().query("SELECT 7 AS n")[0].integer("n");
        });
        while (narrow.usage().waiting == 0) std::this_thread::yield();
        held.reset();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, waiting.get());
        CPPUNIT_ASSERT_EQUAL(1, narrow.usage().idle);
    }

    void manyThreadsShareFewConnections() {
        PoolLimits limits;
        limits.connections = 3;
        limits.wait = std::chrono::seconds(60);
        Database narrow(test::TestDatabase::instance().emptiedUrl(), limits);
        constexpr int kThreads = 12;
        constexpr int kRounds = 20;
        std::atomic<int> mistakes{0};
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                for (int round = 0; round < kRounds; ++round) {
                    auto transaction = narrow.asWorker();
                    const std::int64_t mine = t * 1000 + round;
                    if (transaction.query("SELECT $1 AS n", mine)[0].integer("n") != mine)
                        ++mistakes;
                    transaction.query(kInsert, core::newId(), "Busy");
                    if (round % 2 == 0) transaction.commit();
                }
            });
        threads.clear();
        CPPUNIT_ASSERT_EQUAL(0, mistakes.load());
        CPPUNIT_ASSERT_EQUAL(3, narrow.usage().idle);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{kThreads * kRounds / 2},
                             narrow.asWorker().query(kCount)[0].integer("n"));
    }

    void lostSessionsCostNobodyAStatement() {
        const auto url = test::TestDatabase::instance().freshUrl();
        Database hub(url, {});
        {
            const auto one = hub.asLogin();
            const auto two = hub.asLogin();
            const auto three = hub.asLogin();
        }
        CPPUNIT_ASSERT_EQUAL(3, hub.usage().idle);
        Database other(url, {});
        const auto killed = other.asLogin().query(kEndOthers)[0].integer("n");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, killed);
        auto one = hub.asWorker();
        auto two = hub.asWorker();
        auto three = hub.asWorker();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, one.query(kCount)[0].integer("n"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, two.query(kCount)[0].integer("n"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, three.query(kCount)[0].integer("n"));
    }

    void aConnectionLostInTheMiddleIsTransient() {
        const auto url = test::TestDatabase::instance().freshUrl();
        Database hub(url, {});
        {
            auto transaction = hub.asWorker();
            transaction.query(kCount);
            Database other(url, {});
            other.asLogin().query(kEndOthers);
            try {
                transaction.query(kCount);
                CPPUNIT_FAIL("a statement on a dead session");
            } catch (const Failure& failure) {
                CPPUNIT_ASSERT(failure.transient());
            }
            CPPUNIT_ASSERT_EQUAL(std::string("25P02"), stateOf([&] { transaction.commit(); }));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.asWorker().query(kCount)[0].integer("n"));
    }

    void aChangedTableIsTransientAndHealsByANewSession() {
        constexpr const char* kAll = "SELECT * FROM platform_app";
        database_ = test::TestDatabase::instance().fresh();
        {
            auto transaction = database_->asWorker();
            transaction.query(kAll);
        }
        {
            Database& same = *database_;
            auto warm = same.asWorker();
            auto owner = same.asOwner();
            owner.query("ALTER TABLE platform_app ADD COLUMN note text");
            owner.commit();
            try {
                warm.query(kAll);
                CPPUNIT_FAIL("a plan of the old table");
            } catch (const Failure& failure) {
                CPPUNIT_ASSERT(failure.transient());
            }
        }
        for (int i = 0; i < 2; ++i) database_->asWorker().query(kAll);
    }

    void copyIsABugAndTheConnectionHeals() {
        PoolLimits limits;
        limits.connections = 1;
        Database narrow(test::TestDatabase::instance().emptiedUrl(), limits);
        CPPUNIT_ASSERT_THROW(narrow.asLogin().query("COPY (SELECT 1) TO STDOUT"), std::logic_error);
        narrow.asWorker().query(kCount);
    }

    void moreStatementsThanTheCacheHoldsStillRun() {
        auto transaction = database_->asLogin();
        for (std::int64_t i = 0; i < 1200; ++i) {
            const auto sql = "SELECT $1 + " + std::to_string(i % 600) + " AS n";
            const auto sum = transaction.query(sql, i)[0].integer("n");
            CPPUNIT_ASSERT_EQUAL(i + i % 600, sum);
        }
        const auto kept = transaction.query("SELECT count(*) AS n FROM pg_prepared_statements");
        CPPUNIT_ASSERT(kept[0].integer("n") <= 500);
    }

    void aForkedChildOpensItsOwnSession() {
        constexpr const char* kPid = "SELECT pg_backend_pid() AS pid";
        const auto before = database_->asLogin().query(kPid)[0].integer("pid");
        const pid_t child = ::fork();
        if (child == 0) {
            const auto mine = database_->asLogin().query(kPid)[0].integer("pid");
            ::_exit(mine == before ? 1 : 0);
        }
        int status = 0;
        CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
        CPPUNIT_ASSERT_EQUAL(0, status);
        CPPUNIT_ASSERT_EQUAL(before, database_->asLogin().query(kPid)[0].integer("pid"));
    }

    void aServerThatIsAwayIsATransientFailure() {
        const test::TestFolder nobody("none");
        Database away("postgresql://souk@/souk?host=" + nobody.path().string(), {});
        for (int i = 0; i < 3; ++i) {
            try {
                away.ping();
                CPPUNIT_FAIL("a ping to nobody");
            } catch (const Failure& failure) {
                CPPUNIT_ASSERT_EQUAL(std::string("08006"), failure.sqlState());
                CPPUNIT_ASSERT(failure.transient());
                CPPUNIT_ASSERT(std::string(failure.what()).starts_with("cannot connect to"));
            }
        }
        CPPUNIT_ASSERT_EQUAL(1, away.usage().idle);
    }

    std::unique_ptr<Database> database_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PoolTest);

}  // namespace souk::store
