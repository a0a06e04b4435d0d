#pragma once

#include "store/rows.hpp"

#include <libpq-fe.h>

namespace souk::store {

/// Owns a PGresult; null after a lost connection. Seen by host/store's own .cpp files only.
struct Rows::Result {
    explicit Result(PGresult* result) : raw(result) {}
    ~Result() { PQclear(raw); }
    Result(const Result&) = delete;
    Result& operator=(const Result&) = delete;

    PGresult* raw;
};

}  // namespace souk::store
