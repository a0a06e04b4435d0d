#pragma once

#include "store/database.hpp"
#include "store/migrator.hpp"

#include <string>
#include <vector>

namespace souk::store {

/// What a database says of itself, for whoever judges it. Reads only.
struct Health {
    struct Role {
        std::string name;
        bool exists = false;
        bool member = false;     ///< the login may become it
        bool unlimited = false;  ///< superuser or BYPASSRLS: sees every store's rows
    };
    int version = 0;  ///< 150004 for 15.4
    sdk::Timestamp now{};
    std::vector<Role> roles;
    std::vector<std::string> unforced;  ///< tables with a store_id that anyone may read whole
};

/// As the login itself, so that it works before anything else does. Failure when it cannot be
/// asked.
Health healthOf(Database& database);

/// Names of the migrations that the database lacks. Failure 55000 when it is newer than this binary
/// or was made by other files.
std::vector<std::string> missingMigrations(
    Database& database, const std::vector<Migration>& migrations = embeddedMigrations());

}  // namespace souk::store
