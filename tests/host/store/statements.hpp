#pragma once

#include "store/database.hpp"
#include "support/test_database.hpp"

#include <unistd.h>

#include <string>

namespace souk::store::testing {

inline constexpr const char* kInsert =
    "INSERT INTO store (id, name, currency, time_zone) VALUES ($1, $2, 'EUR', 'UTC')";
inline constexpr const char* kCount = "SELECT count(*) AS n FROM store";

/// How many other sessions of this database were ended.
inline constexpr const char* kEndOthers = R"sql(
SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 10000)) AS n FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database())sql";

/// A database without our roles, for a login that may not take any.
inline std::string strangersUrl() {
    static int made = 0;
    const auto role = "souk_stranger_" + std::to_string(::getpid()) + '_' + std::to_string(++made);
    auto url = test::TestDatabase::instance().emptyUrl();
    Database plain(url, {});
    auto transaction = plain.asLogin();
    transaction.query("CREATE ROLE " + role + " LOGIN");
    transaction.commit();
    return url.replace(url.find("souk@"), 5, role + '@');
}

/// The SQLSTATE that `work` fails with.
template <class Work>
std::string stateOf(Work work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.sqlState();
    }
    return "none";
}

}  // namespace souk::store::testing
