#include "store/database.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace souk::store {

namespace {

/// Tables that belong to no store. They are for souk_worker alone; a new one is named here, or has
/// a store_id and is forced to it.
const std::set<std::string> kShared{"answered_delivery",
                                    "api_token",
                                    "hash_key",
                                    "host",
                                    "idempotency_key",
                                    "platform_app",
                                    "platform_app_secret",
                                    "souk_migration",
                                    "vault_key",
                                    "webhook_key"};

/// Tenant tables that cross-store work needs as well: queues, routing, tokens, the feed.
const std::set<std::string> kWorkers{"change",
                                     "change_edge",
                                     "connect_state",
                                     "credential",
                                     "integration",
                                     "job",
                                     "privacy_request",
                                     "store",
                                     "sync_run",
                                     "sync_seen",
                                     "webhook",
                                     "webhook_lane"};

/// Tables that cross-store work only reads.
const std::set<std::string> kRead{
    "publish_position", "rate_budget", "souk_migration", "sync_run_entity"};

constexpr const char* kTables = R"sql(
SELECT c.relname::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
       CASE c.relname WHEN 'store' THEN 'id' ELSE 'store_id' END AS owner
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY 1)sql";

/// Rights of a role on a table, itself or through others, in one word: "adrw".
constexpr const char* kRights = R"sql(
SELECT c.relname::text AS name,
       CASE WHEN has_table_privilege($1, c.oid, 'INSERT') THEN 'a' ELSE '' END ||
       CASE WHEN has_table_privilege($1, c.oid, 'DELETE') THEN 'd' ELSE '' END ||
       CASE WHEN has_any_column_privilege($1, c.oid, 'SELECT') THEN 'r' ELSE '' END ||
       CASE WHEN has_any_column_privilege($1, c.oid, 'UPDATE') THEN 'w' ELSE '' END ||
       CASE WHEN has_table_privilege($1, c.oid, 'TRUNCATE, REFERENCES, TRIGGER') THEN 'X' ELSE '' END
       AS rights
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f'))sql";

/// What could lead around the policies of a table.
constexpr const char* kWaysAround = R"sql(
SELECT 'view ' || c.relname AS name FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm', 'f')
UNION ALL
SELECT 'function ' || p.proname FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
  AND (has_function_privilege('souk_app', p.oid, 'EXECUTE') OR p.proname NOT IN ('souk_drop_partitions', 'souk_make_partitions'))
UNION ALL
SELECT 'schema ' || n.nspname FROM pg_namespace n
WHERE has_schema_privilege('souk_app', n.oid, 'CREATE') OR has_schema_privilege('souk_worker', n.oid, 'CREATE')
UNION ALL
SELECT 'role ' || r.rolname FROM pg_roles r
WHERE r.rolname IN ('souk_owner', 'souk_app', 'souk_worker')
  AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolcanlogin)
UNION ALL
SELECT m.member::regrole || ' in ' || m.roleid::regrole FROM pg_auth_members m
WHERE m.member::regrole::text IN ('souk_owner', 'souk_app', 'souk_worker'))sql";

std::string stateOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.sqlState();
    }
    return "none";
}

}  // namespace

/// The catalogue of a migrated database: no table without an owner, no right beyond need.
class CatalogueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CatalogueTest);
    CPPUNIT_TEST(everyTableIsATenantsOrNamed);
    CPPUNIT_TEST(theAppHasTenantTablesAlone);
    CPPUNIT_TEST(theWorkerHasItsTablesAlone);
    CPPUNIT_TEST(nobodyElseHasAnything);
    CPPUNIT_TEST(nothingLeadsAroundThePolicies);
    CPPUNIT_TEST(theAppWritesNoRowForAnotherStore);
    CPPUNIT_TEST(sharedTablesAreClosedToTheApp);
    CPPUNIT_TEST(otherTablesAreClosedToTheWorker);
    CPPUNIT_TEST(partitionsAreClosedToBoth);
    CPPUNIT_TEST(theStoreOfATransactionEndsWithIt);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        for (const auto row : database_->asOwner().query(kTables)) {
            const auto name = row.text("name");
            forced_[name] = row.boolean("forced");
            if (!kShared.contains(name)) tenants_[name] = row.text("owner");
        }
    }
    void tearDown() override { database_.reset(); }

private:
    void everyTableIsATenantsOrNamed() {
        for (const auto& shared : kShared) CPPUNIT_ASSERT_MESSAGE(shared, forced_.contains(shared));
        for (const auto& [table, forced] : forced_)
            CPPUNIT_ASSERT_MESSAGE(table + " is neither forced to a store nor named as shared",
                                   forced != kShared.contains(table));
        for (const auto& table : kWorkers) CPPUNIT_ASSERT_MESSAGE(table, tenants_.contains(table));
        CPPUNIT_ASSERT(tenants_.size() > 20);
    }

    void theAppHasTenantTablesAlone() {
        for (const auto& [table, rights] : rightsOf("souk_app"))
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                table, std::string(tenants_.contains(table) ? "adrw" : ""), rights);
    }

    void theWorkerHasItsTablesAlone() {
        for (const auto& [table, rights] : rightsOf("souk_worker")) {
            std::string wanted = kWorkers.contains(table) || kShared.contains(table) ? "adrw" : "";
            if (kRead.contains(table)) wanted = "r";
            if (table == "webhook_key") wanted = "adr";
            if (table == "answered_delivery") wanted = "ar";
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, wanted, rights);
        }
    }

    void nobodyElseHasAnything() {
        for (const auto& [table, rights] : rightsOf("public"))
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string(), rights);
    }

    void nothingLeadsAroundThePolicies() {
        std::string ways;
        for (const auto row : database_->asLogin().query(kWaysAround))
            ways += row.text("name") + "; ";
        CPPUNIT_ASSERT_EQUAL(std::string(), ways);
    }

    void theAppWritesNoRowForAnotherStore() {
        const auto mine = test::insertStore(*database_, "Mine");
        const auto other = test::insertStore(*database_, "Other");
        for (const auto& [table, owner] : tenants_) {
            // The policy is asked before any other rule of the table.
            const auto insert = "INSERT INTO " + table + " (" + owner + ") VALUES ($1)";
            auto app = database_->forStore(mine);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                table, std::string("42501"), stateOf([&] { app.query(insert, other); }));
        }
    }

    void sharedTablesAreClosedToTheApp() {
        const auto mine = test::insertStore(*database_, "Mine");
        for (const auto& table : kShared)
            for (const auto& statement : {"SELECT FROM " + table,
                                          "DELETE FROM " + table,
                                          "INSERT INTO " + table + " DEFAULT VALUES"}) {
                auto app = database_->forStore(mine);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(
                    statement, std::string("42501"), stateOf([&] { app.query(statement); }));
            }
    }

    void otherTablesAreClosedToTheWorker() {
        for (const auto& [table, owner] : tenants_) {
            if (kWorkers.contains(table)) continue;
            for (const auto& statement : {"SELECT FROM " + table, "DELETE FROM " + table}) {
                if (kRead.contains(table) && statement.starts_with("SELECT")) continue;
                auto worker = database_->asWorker();
                CPPUNIT_ASSERT_EQUAL_MESSAGE(
                    statement, std::string("42501"), stateOf([&] { worker.query(statement); }));
            }
        }
    }

    void partitionsAreClosedToBoth() {
        const auto mine = test::insertStore(*database_, "Mine");
        constexpr const char* kPartitions =
            "SELECT relname::text AS name FROM pg_class WHERE relispartition AND relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace";
        std::vector<std::string> partitions;
        for (const auto row : database_->asOwner().query(kPartitions))
            partitions.push_back(row.text("name"));
        CPPUNIT_ASSERT(partitions.size() >= 10);
        for (const auto& partition : partitions) {
            const auto select = "SELECT FROM " + partition;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(partition, std::string("42501"), stateOf([&] {
                                             auto app = database_->forStore(mine);
                                             app.query(select);
                                         }));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(partition, std::string("42501"), stateOf([&] {
                                             auto worker = database_->asWorker();
                                             worker.query(select);
                                         }));
        }
    }

    /// The next user of the connection names a store of its own, or sees nothing.
    void theStoreOfATransactionEndsWithIt() {
        PoolLimits one;
        one.connections = 1;
        Database narrow(test::TestDatabase::instance().emptiedUrl(), one);
        const auto mine = test::insertStore(narrow, "Mine");
        constexpr const char* kStores = "SELECT count(*) AS n FROM store";
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, narrow.forStore(mine).query(kStores)[0].integer("n"));
        narrow.forStore(mine).commit();
        auto next = narrow.asLogin();
        next.query("SET LOCAL ROLE souk_app");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, next.query(kStores)[0].integer("n"));
    }

    std::map<std::string, std::string> rightsOf(const std::string& role) {
        std::map<std::string, std::string> rights;
        for (const auto row : database_->asOwner().query(kRights, role))
            rights[row.text("name")] = row.text("rights");
        CPPUNIT_ASSERT(rights.size() > 30);
        return rights;
    }

    std::unique_ptr<Database> database_;
    std::map<std::string, bool> forced_;
    std::map<std::string, std::string> tenants_;  ///< with the column that names the store
};

CPPUNIT_TEST_SUITE_REGISTRATION(CatalogueTest);

}  // namespace souk::store
