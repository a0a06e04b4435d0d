#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <fstream>
#include <future>
#include <iterator>
#include <set>
#include <thread>

namespace souk::store {

namespace {

/// Tables as people know them: partitions are part of their parent.
constexpr const char* kTables = R"sql(
SELECT relname::text AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition)sql";
constexpr const char* kUncommentedTables = R"sql(
SELECT c.relname::text AS name FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition AND obj_description(c.oid, 'pg_class') IS NULL)sql";
constexpr const char* kUncommentedColumns = R"sql(
SELECT c.relname || '.' || a.attname AS name
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
  AND col_description(c.oid, a.attnum) IS NULL)sql";

/// A row belongs to a store: the store itself, and whatever must name one.
constexpr const char* kTenantTables = R"sql(
SELECT c.relname::text AS name, CASE c.relname WHEN 'store' THEN 'id' ELSE 'store_id' END AS owner,
       c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1) AS policies,
       (SELECT pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
        FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'store_only') AS same_both_ways,
       (SELECT pg_get_expr(p.polqual, p.polrelid)
        FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'store_only') AS rule
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND (c.relname = 'store' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
                                      AND a.attname = 'store_id' AND a.attnotnull))
ORDER BY 1)sql";

/// Everything souk_app may touch that is no tenant table.
constexpr const char* kOpenToApp = R"sql(
SELECT c.relname::text AS name FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
  AND (NOT c.relrowsecurity OR c.relispartition)
  AND has_table_privilege('souk_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE'))sql";

constexpr const char* kOwnedByOthers = R"sql(
SELECT c.relname::text AS name FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND pg_get_userbyid(c.relowner) <> 'souk_owner')sql";

/// Keyed by store: the tenant leads every primary key (high-volume tables are found by it).
constexpr const char* kKeysWithoutStore = R"sql(
SELECT c.relname::text AS name
FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND EXISTS (SELECT FROM pg_attribute s WHERE s.attrelid = c.oid AND s.attname = 'store_id'
              AND s.attnotnull)
  AND a.attname <> 'store_id'
ORDER BY 1)sql";

/// Makes a row for store $2 in table $1 whatever its checks and references say.
constexpr const char* kMakeAnyRow = R"sql(
CREATE FUNCTION pg_temp.make_row(t text, owner text, store uuid, word text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    c record;
    names text := quote_ident(owner);
    vals text := quote_literal(store);
BEGIN
    FOR c IN SELECT conname FROM pg_constraint
             WHERE conrelid = t::regclass AND contype IN ('c', 'f') AND conparentid = 0 LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', t, c.conname);
    END LOOP;
    FOR c IN SELECT attname, format_type(atttypid, NULL) AS type FROM pg_attribute
             WHERE attrelid = t::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull
               AND NOT atthasdef AND attname <> owner LOOP
        names := names || ', ' || quote_ident(c.attname);
        vals := vals || ', ' || CASE
            WHEN c.type = 'uuid' THEN 'gen_random_uuid()'
            WHEN c.type = 'timestamp with time zone' THEN 'now()'
            WHEN c.type IN ('jsonb', 'json') THEN '''{}'''
            WHEN c.type LIKE '%[]' THEN '''{}'''
            WHEN c.type = 'boolean' THEN 'false'
            WHEN c.type = 'xid8' THEN '''1'''
            WHEN c.type IN ('text', 'bytea') THEN quote_literal(word)
            ELSE '1' END;
    END LOOP;
    EXECUTE format('INSERT INTO %I (%s) VALUES (%s)', t, names, vals);
END $$)sql";

}  // namespace

class SchemaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SchemaTest);
    CPPUNIT_TEST(everyTableAndColumnSaysWhatItIs);
    CPPUNIT_TEST(theReadmeNamesEveryTable);
    CPPUNIT_TEST(everythingBelongsToTheOwnerRole);
    CPPUNIT_TEST(everyTenantTableIsForcedToItsStore);
    CPPUNIT_TEST(keysLeadWithTheStore);
    CPPUNIT_TEST(whatIsNoTenantTableIsClosedToTheApp);
    CPPUNIT_TEST(withoutAStoreTheAppSeesNothing);
    CPPUNIT_TEST(withAStoreTheAppSeesAndTouchesItsOwnRowsOnly);
    CPPUNIT_TEST(theAppWritesNoRowOfAnotherStore);
    CPPUNIT_TEST(partitionsAreMadeAheadOfTime);
    CPPUNIT_TEST(anEventBeyondAllPartitionsIsStoredAllTheSame);
    CPPUNIT_TEST(whatTheDefaultPartitionCaughtMovesToItsWeek);
    CPPUNIT_TEST(whatItCatchesWhileAWeekIsMadeMovesToo);
    CPPUNIT_TEST(weeksThatEndedAreDropped);
    CPPUNIT_TEST(aWeekInWhichAnEventWaitsStays);
    CPPUNIT_TEST(onlyWhatHasWeeksCanLoseThem);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().fresh();
        for (const auto row : database_->asOwner().query(kTenantTables))
            tables_.emplace_back(row.text("name"), row.text("owner"));
    }
    void tearDown() override { database_.reset(); }

private:
    std::string names(std::string_view sql) {
        std::string found;
        for (const auto row : database_->asOwner().query(sql)) found += row.text("name") + ' ';
        return found;
    }

    /// One row of each store in every tenant table.
    void fill() {
        auto owner = database_->asLogin();
        owner.query(kMakeAnyRow);
        for (const auto& [table, column] : tables_) {
            const auto make = [&](const core::Uuid& store, const char* word) {
                owner.query(
                    "SELECT pg_temp.make_row($1, $2, $3, $4)::text", table, column, store, word);
            };
            make(mine_, "a");
            make(other_, "b");
        }
        owner.commit();
    }

    void everyTableAndColumnSaysWhatItIs() {
        CPPUNIT_ASSERT_EQUAL(std::string(), names(kUncommentedTables));
        CPPUNIT_ASSERT_EQUAL(std::string(), names(kUncommentedColumns));
    }

    void theReadmeNamesEveryTable() {
        std::ifstream in(SOUK_SOURCE_DIR "/schema/README.md");
        const std::string readme{std::istreambuf_iterator<char>(in), {}};
        for (const auto row : database_->asOwner().query(kTables)) {
            const auto name = row.text("name");
            CPPUNIT_ASSERT_MESSAGE(name, readme.find('`' + name + '`') != std::string::npos);
        }
    }

    void everythingBelongsToTheOwnerRole() {
        CPPUNIT_ASSERT_EQUAL(std::string(), names(kOwnedByOthers));
    }

    void everyTenantTableIsForcedToItsStore() {
        auto transaction = database_->asOwner();
        const auto rows = transaction.query(kTenantTables);
        CPPUNIT_ASSERT(rows.size() >= 20);
        const std::set<std::vector<std::string>> allowed{
            {"owner_all", "store_only"},
            {"owner_all", "store_only", "worker_all"},
            {"owner_all", "store_only", "worker_reads"}};
        for (const auto row : rows) {
            const auto name = row.text("name");
            CPPUNIT_ASSERT_MESSAGE(name, row.boolean("enabled") && row.boolean("forced"));
            CPPUNIT_ASSERT_MESSAGE(name, allowed.contains(row.texts("policies")));
            CPPUNIT_ASSERT_MESSAGE(name, row.boolean("same_both_ways"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                name,
                '(' + row.text("owner") +
                    " = ( SELECT (NULLIF(current_setting('souk.store_id'::text, true), "
                    "''::text))::uuid AS \"nullif\"))",
                row.text("rule"));
        }
    }

    void keysLeadWithTheStore() {
        // One row per integration, found by it alone.
        CPPUNIT_ASSERT_EQUAL(std::string("webhook_lane "), names(kKeysWithoutStore));
    }

    void whatIsNoTenantTableIsClosedToTheApp() {
        CPPUNIT_ASSERT_EQUAL(std::string(), names(kOpenToApp));
    }

    void withoutAStoreTheAppSeesNothing() {
        fill();
        for (const bool empty : {false, true}) {
            auto app = database_->asLogin();
            app.query("SET LOCAL ROLE souk_app");
            if (empty) app.query("SET LOCAL souk.store_id = ''");
            for (const auto& [table, column] : tables_)
                CPPUNIT_ASSERT_EQUAL_MESSAGE(
                    table,
                    std::int64_t{0},
                    app.query("SELECT count(*) AS n FROM " + table)[0].integer("n"));
        }
    }

    void withAStoreTheAppSeesAndTouchesItsOwnRowsOnly() {
        fill();
        auto app = database_->forStore(mine_);
        for (const auto& [table, column] : tables_) {
            const auto rows = app.query("SELECT " + column + " AS owner FROM " + table);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::size_t{1}, rows.size());
            CPPUNIT_ASSERT_MESSAGE(table, rows[0].uuid("owner") == mine_);
            const auto updated = app.query("UPDATE " + table + " SET " + column + " = " + column);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::int64_t{1}, updated.affected());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                table, std::int64_t{1}, app.query("DELETE FROM " + table).affected());
        }
        app.commit();
        auto owner = database_->asOwner();
        for (const auto& [table, column] : tables_) {
            const auto left = owner.query("SELECT " + column + " AS owner FROM " + table);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::size_t{1}, left.size());
            CPPUNIT_ASSERT_MESSAGE(table, left[0].uuid("owner") == other_);
        }
    }

    void theAppWritesNoRowOfAnotherStore() {
        fill();
        for (const auto& [table, column] : tables_) {
            auto app = database_->forStore(mine_);
            try {
                app.query("UPDATE " + table + " SET " + column + " = $1", other_);
                CPPUNIT_FAIL(table + " took a row of another store");
            } catch (const Failure& failure) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("42501"), failure.sqlState());
            }
        }
    }

    void partitionsAreMadeAheadOfTime() {
        constexpr const char* kMake = "SELECT souk_make_partitions($1) AS made";
        auto worker = database_->asWorker();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             worker.query(kMake, std::int32_t{14})[0].integer("made"));
        CPPUNIT_ASSERT(worker.query(kMake, std::int32_t{56})[0].integer("made") >= 6);
        worker.commit();
        CPPUNIT_ASSERT_EQUAL(std::string(), names(kOpenToApp));
        CPPUNIT_ASSERT_EQUAL(std::string(), names(kOwnedByOthers));
        CPPUNIT_ASSERT(partitionOf("now() + interval '50 days'") != "sync_log_default");
    }

    void anEventBeyondAllPartitionsIsStoredAllTheSame() {
        CPPUNIT_ASSERT_EQUAL(std::string("sync_log_default"),
                             partitionOf("now() + interval '400 days'"));
    }

    void whatTheDefaultPartitionCaughtMovesToItsWeek() {
        constexpr const char* kCaught = "SELECT count(*) AS n FROM sync_log_default";
        constexpr const char* kAll = "SELECT count(*) AS n FROM sync_log";
        logRow("now() + interval '40 days'").commit();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, database_->asOwner().query(kCaught)[0].integer("n"));
        auto worker = database_->asWorker();
        worker.query("SELECT souk_make_partitions(56)");
        worker.commit();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, database_->asOwner().query(kCaught)[0].integer("n"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             database_->forStore(mine_).query(kAll)[0].integer("n"));
    }

    void whatItCatchesWhileAWeekIsMadeMovesToo() {
        auto caught = logRow("now() + interval '40 days'");
        auto made = std::async(std::launch::async, [&] {
            auto worker = database_->asWorker();
            worker.query("SELECT souk_make_partitions(56)");
            worker.commit();
        });
        const auto waits = [&] {
            return database_->asOwner()
                       .query(
                           "SELECT count(*) AS n FROM pg_locks WHERE NOT granted "
                           "AND relation = 'sync_log_default'::regclass")[0]
                       .integer("n") > 0;
        };
        while (!waits() && made.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            std::this_thread::yield();
        caught.commit();
        made.get();
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{0},
            database_->asOwner().query("SELECT count(*) AS n FROM sync_log_default")[0].integer(
                "n"));
    }

    void makeWeek(const std::string& table, const std::string& name, const std::string& until) {
        auto owner = database_->asOwner();
        owner.query("CREATE TABLE " + table + "_" + name + " PARTITION OF " + table +
                    " FOR VALUES FROM ('" + name + " 00:00+00') TO ('" + until + " 00:00+00')");
        owner.commit();
    }
    std::int64_t drop(const std::string& table, const std::string& before) {
        auto worker = database_->asWorker();
        const auto dropped =
            worker
                .query("SELECT souk_drop_partitions($1, '" + before + " 00:00+00') AS dropped",
                       table)[0]
                .integer("dropped");
        worker.commit();
        return dropped;
    }

    void weeksThatEndedAreDropped() {
        makeWeek("sync_log", "20200106", "20200113");
        makeWeek("sync_log", "20200113", "20200120");
        for (const char* time : {"'2020-01-07'", "'2020-01-14'", "'2019-01-01'", "now()"})
            logRow(time).commit();
        const auto rows = [&] {
            return database_->asOwner().query("SELECT count(*) AS n FROM sync_log")[0].integer("n");
        };
        // The day before the week has ended only what the default partition caught goes.
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, drop("sync_log", "2020-01-12"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, rows());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, drop("sync_log", "2020-01-13"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, drop("sync_log", "2021-01-01"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, rows());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, drop("sync_log", "2021-01-01"));
        CPPUNIT_ASSERT(partitionOf("now()") != "sync_log_default");
    }

    void aWeekInWhichAnEventWaitsStays() {
        makeWeek("webhook", "20200106", "20200113");
        const auto put = [&](const char* time, const char* state) {
            auto owner = database_->asOwner();
            owner.query(
                "INSERT INTO webhook (store_id, id, received_at, integration_id, platform, "
                "topic, key, account, headers, body, state) VALUES ($1, $1, '" +
                    std::string(time) + "', $1, 'p', 't', 'k', 'a', '{}', '', $2)",
                core::newId(),
                state);
            owner.commit();
        };
        for (const char* time : {"2020-01-07", "2019-01-01"}) {
            put(time, "done");
            put(time, "waiting");
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, drop("webhook", "2021-01-01"));
        auto owner = database_->asOwner();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3},
                             owner.query("SELECT count(*) AS n FROM webhook")[0].integer("n"));
        owner.query("UPDATE webhook SET state = 'dead'");
        owner.commit();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, drop("webhook", "2021-01-01"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{0},
            database_->asOwner().query("SELECT count(*) AS n FROM webhook")[0].integer("n"));
    }

    void onlyWhatHasWeeksCanLoseThem() {
        CPPUNIT_ASSERT_THROW(drop("orders", "2021-01-01"), Failure);
    }

    Transaction logRow(const std::string& time) {
        auto app = database_->forStore(mine_);
        app.query(
            "INSERT INTO sync_log (store_id, id, at, integration_id, entity, external_id, "
            "action, cause) VALUES ($1, $2, " +
                time + ", $2, 'product', '1', 'created', 'sync')",
            mine_,
            core::newId());
        return app;
    }

    /// Where a sync_log row of that time goes.
    std::string partitionOf(const std::string& time) {
        return logRow(time).query("SELECT tableoid::regclass::text AS place FROM sync_log")[0].text(
            "place");
    }

    std::unique_ptr<Database> database_;
    std::vector<std::pair<std::string, std::string>> tables_;
    core::Uuid mine_ = core::newId();
    core::Uuid other_ = core::newId();
};

CPPUNIT_TEST_SUITE_REGISTRATION(SchemaTest);

}  // namespace souk::store
