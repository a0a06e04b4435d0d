#pragma once

#include "store/database.hpp"

#include <string>

namespace souk::store::testing {

inline constexpr const char* kInsert =
    "INSERT INTO store (id, name, currency, time_zone) VALUES ($1, $2, 'EUR', 'UTC')";
inline constexpr const char* kCount = "SELECT count(*) AS n FROM store";

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
