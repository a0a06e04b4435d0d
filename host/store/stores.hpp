#pragma once

#include "store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::store {

struct StoreRow {
    core::Uuid id;
    std::string name;
    std::string currency;  ///< ISO 4217
    std::string timeZone;  ///< IANA
    sdk::Timestamp createdAt{};
};

/// Stores are created and listed across tenants: transactions come from Database::asWorker().
class Stores {
public:
    /// Rejected when the currency or the time zone (by pg_timezone_names) is unknown.
    static sdk::Result<StoreRow> create(Transaction& worker,
                                        const std::string& name,
                                        const std::string& currency,
                                        const std::string& timeZone);
    static std::optional<StoreRow> find(Transaction& any, const core::Uuid& id);
    /// By id after `after` (keyset), at most `limit`.
    static std::vector<StoreRow> list(Transaction& worker, const core::Uuid& after, int limit);
};

}  // namespace souk::store
