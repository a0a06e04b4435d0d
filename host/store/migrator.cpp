#include "store/migrator.hpp"

#include "embedded/migrations.hpp"
#include "store/connection.hpp"
#include "store/health.hpp"
#include "store/roles.hpp"

#include <souk/sdk/crypto.hpp>

#include <charconv>
#include <map>
#include <stdexcept>

namespace souk::store {

namespace {

/// "souk" in ASCII, twice: one lock for all migrations of one database.
constexpr const char* kLock = "SELECT pg_advisory_lock(1936684395, 1936684395)";
constexpr const char* kUnlock = "SELECT pg_advisory_unlock(1936684395, 1936684395)";
/// Another host's migrations may take a while, but not for ever.
constexpr const char* kPatience = "SET lock_timeout = '10min'; SET statement_timeout = 0";

constexpr const char* kBookkeeping = R"sql(
BEGIN;
SET LOCAL ROLE souk_owner;
CREATE TABLE IF NOT EXISTS souk_migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE souk_migration IS 'Migrations applied to this database.';
COMMENT ON COLUMN souk_migration.number IS 'order';
COMMENT ON COLUMN souk_migration.name IS 'file name without its ending';
COMMENT ON COLUMN souk_migration.digest IS 'SHA-256 of the file: an applied one must not change';
COMMENT ON COLUMN souk_migration.applied_at IS 'when';
GRANT SELECT ON souk_migration TO souk_worker;
COMMIT)sql";

constexpr const char* kApplied = "SELECT number, name, digest FROM souk_migration ORDER BY number";
constexpr const char* kRecord =
    "INSERT INTO souk_migration (number, name, digest) VALUES ($1, $2, $3)";
constexpr const char* kHasBookkeeping =
    "SELECT to_regclass('souk_migration') IS NOT NULL AS migrated";
constexpr const char* kVersion =
    "SELECT coalesce(max(number), 0)::integer AS version FROM souk_migration";

std::string digestOf(const Migration& migration) {
    return sdk::hex(sdk::sha256(migration.sql));
}

struct Applied {
    std::string name;
    std::string digest;
};

std::map<int, Applied> appliedIn(const Rows& rows) {
    std::map<int, Applied> applied;
    for (const auto row : rows)
        applied[static_cast<int>(row.integer("number"))] = {row.text("name"), row.text("digest")};
    return applied;
}

void refuseForeign(const std::map<int, Applied>& applied,
                   const std::vector<Migration>& migrations) {
    for (const auto& [number, there] : applied) {
        if (number > static_cast<int>(migrations.size()))
            throw Failure("55000",
                          "the database has migration " + there.name +
                              ", which this souk does not know: it is older than the database; "
                              "install the newer souk");
        const auto& ours = migrations[static_cast<std::size_t>(number) - 1];
        if (there.digest != digestOf(ours))
            throw Failure("55000",
                          "migration " + there.name + " was applied with another content than " +
                              ours.name +
                              " has in this souk; install the souk that made this "
                              "database, or restore a backup");
    }
}

void apply(Connection& connection, const Migration& migration) {
    try {
        connection.command("BEGIN; SET LOCAL ROLE souk_owner");
        connection.command(migration.sql);
        connection.run(kRecord,
                       Params(std::int32_t{migration.number}, migration.name, digestOf(migration)));
        connection.command("COMMIT");
    } catch (const Failure& failure) {
        if (connection.open()) connection.command("ROLLBACK");
        throw Failure(failure.sqlState(),
                      "migration " + migration.name + " failed: " + failure.what());
    }
}

}  // namespace

const std::vector<Migration>& embeddedMigrations() {
    static const std::vector<Migration> all = [] {
        std::vector<Migration> found;
        for (const auto& file : embedded::migrations()) {
            const auto name = file.name.substr(0, file.name.rfind('.'));
            int number = 0;
            std::from_chars(name.data(), name.data() + name.size(), number);
            if (number != static_cast<int>(found.size()) + 1)
                throw std::logic_error("schema/ skips a number before " + std::string(name));
            found.push_back({number, std::string(name), std::string(file.content)});
        }
        return found;
    }();
    return all;
}

Migrated migrate(const std::string& url, const std::vector<Migration>& migrations) {
    Connection connection(connectionString(url));
    connection.makeReady();
    connection.command(kPatience);
    connection.command(kLock);
    ensureRoles(connection);
    connection.command(kBookkeeping);
    const auto applied = appliedIn(connection.run(kApplied, Params()));
    refuseForeign(applied, migrations);
    Migrated done;
    for (const auto& migration : migrations) {
        done.version = migration.number;
        if (applied.contains(migration.number)) continue;
        apply(connection, migration);
        done.applied.push_back(migration.name);
    }
    connection.command(kUnlock);
    return done;
}

std::vector<std::string> missingMigrations(Database& database,
                                           const std::vector<Migration>& migrations) {
    std::map<int, Applied> applied;
    auto transaction = database.asLogin();
    if (transaction.query(kHasBookkeeping)[0].boolean("migrated"))
        applied = appliedIn(transaction.query(kApplied));
    refuseForeign(applied, migrations);
    std::vector<std::string> missing;
    for (const auto& migration : migrations)
        if (!applied.contains(migration.number)) missing.push_back(migration.name);
    return missing;
}

int schemaVersion(Database& database) {
    auto transaction = database.asLogin();
    if (!transaction.query(kHasBookkeeping)[0].boolean("migrated")) return 0;
    return static_cast<int>(transaction.query(kVersion)[0].integer("version"));
}

}  // namespace souk::store
