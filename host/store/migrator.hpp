#pragma once

#include "store/database.hpp"

#include <string>
#include <vector>

namespace souk::store {

struct Migration {
    int number = 0;
    std::string name;  ///< "0001_stores"
    std::string sql;
};

/// The files of schema/, embedded at build time, in order.
const std::vector<Migration>& embeddedMigrations();

struct Migrated {
    std::vector<std::string> applied;  ///< by this call
    int version = 0;                   ///< now
};

/// Brings the database to the newest schema: roles and their grants first, then each migration in
/// a transaction of its own with its row in souk_migration {number, name, digest, applied_at}, all
/// under one advisory lock so that hosts may start together. Refuses (Failure 55000) a database
/// that is newer than this binary or whose applied migration differs from ours, saying what to do.
Migrated migrate(const std::string& url,
                 const std::vector<Migration>& migrations = embeddedMigrations());

/// Version of the database, 0 when it was never migrated.
int schemaVersion(Database& database);

}  // namespace souk::store
