#include "support/test_database.hpp"

#include "store/connection.hpp"
#include "store/migrator.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace souk::test {

namespace {

constexpr std::string_view kPrefix = "souk-test-";

/// References are not checked meanwhile, so the order does not matter.
constexpr const char* kDeleteRows = R"sql(
BEGIN;
SET LOCAL lock_timeout = '20s';
SET LOCAL session_replication_role = replica;
DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN SELECT oid FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
               AND NOT relispartition AND relname <> 'souk_migration' LOOP
        EXECUTE format('DELETE FROM %s', t);
    END LOOP;
END $$;
COMMIT)sql";

constexpr const char* kInsertStore =
    "INSERT INTO store (id, name, currency, time_zone) VALUES ($1, $2, 'EUR', 'Europe/Berlin')";
constexpr const char* kInsertVaultKey = R"sql(
INSERT INTO vault_key (id, state)
SELECT $1, CASE WHEN EXISTS (SELECT FROM vault_key WHERE state = 'sealing')
                THEN 'waiting' ELSE 'sealing' END)sql";
constexpr const char* kInsertIntegration = R"sql(
INSERT INTO integration (store_id, id, platform, name, status, account_external_id, account_title,
                         base_url, currency, time_zone, connected_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, 'https://' || $6, 'EUR', 'Europe/Berlin', now()))sql";

/// Folders whose process (the number after the prefix) is gone.
void removeLeftovers(const std::filesystem::path& parent) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(kPrefix)) continue;
        pid_t pid = 0;
        std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), pid);
        if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH)
            std::filesystem::remove_all(entry.path(), error);
    }
}

}  // namespace

TestFolder::TestFolder(const std::string& name) {
    static std::atomic<int> count{0};
    const auto parent = std::filesystem::temp_directory_path();
    removeLeftovers(parent);
    path_ = parent / (std::string(kPrefix) + std::to_string(::getpid()) + '-' + name +
                      std::to_string(++count));
    std::filesystem::create_directory(path_);
}

TestFolder::~TestFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
    if (error) std::cerr << "left behind: " << path_ << ": " << error.message() << '\n';
}

TestDatabase& TestDatabase::instance() {
    static TestDatabase database;
    return database;
}

TestDatabase::TestDatabase() {
    static TestFolder folder("pg");
    folder_ = folder.path();
    store::EmbeddedOptions options;
    options.folder = folder_;
    options.durable = false;
    options.diesWithStarter = true;
    auto server = store::EmbeddedServer::start(options);
    if (!server) throw std::runtime_error(server.error().message);
    server_ = *std::move(server);
}

TestDatabase::~TestDatabase() = default;

std::string TestDatabase::urlOf(const std::string& name) const {
    auto url = server_->url();
    return url.replace(url.find("/souk?"), 6, '/' + name + '?');
}

std::string TestDatabase::create(const std::string& templateName) {
    const auto name = "test" + std::to_string(++created_);
    store::Connection connection(store::connectionString(urlOf("postgres")));
    connection.makeReady();
    connection.command("CREATE DATABASE " + name + " TEMPLATE " + templateName);
    return urlOf(name);
}

std::string TestDatabase::freshUrl() {
    if (!std::exchange(migrated_, true)) store::migrate(server_->url());
    return create("souk");
}

std::string TestDatabase::emptiedUrl() {
    if (emptied_.empty()) emptied_ = freshUrl();
    store::Connection connection(store::connectionString(emptied_));
    connection.makeReady();
    connection.command(kDeleteRows);
    return emptied_;
}

std::unique_ptr<store::Database> TestDatabase::emptied(const store::PoolLimits& limits) {
    return std::make_unique<store::Database>(emptiedUrl(), limits);
}

std::string TestDatabase::emptyUrl() {
    return create("template0");
}

std::unique_ptr<store::Database> TestDatabase::fresh(const store::PoolLimits& limits) {
    return std::make_unique<store::Database>(freshUrl(), limits);
}

void insertVaultKey(store::Database& database, const std::string& id) {
    auto transaction = database.asWorker();
    transaction.query(kInsertVaultKey, id);
    transaction.commit();
}

core::Uuid insertStore(store::Database& database, const std::string& name) {
    const auto id = core::newId();
    auto transaction = database.asWorker();
    transaction.query(kInsertStore, id, name);
    transaction.commit();
    return id;
}

core::Uuid insertIntegration(store::Database& database,
                             const core::Uuid& storeId,
                             const std::string& platform,
                             const std::string& account,
                             const std::string& status) {
    const auto id = core::newId();
    auto transaction = database.asWorker();
    transaction.query(
        kInsertIntegration, storeId, id, platform, platform + '-' + account, status, account);
    transaction.commit();
    return id;
}

}  // namespace souk::test
