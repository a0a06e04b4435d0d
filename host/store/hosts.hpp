#pragma once

#include "store/database.hpp"

#include <string>
#include <vector>

namespace souk::store {

/// A process that serves, as it last described itself.
struct HostRow {
    std::string id;
    sdk::Timestamp startedAt{};
    sdk::Timestamp seenAt{};
    std::vector<std::string> keys;  ///< vault keys it can open with
    std::string sealing;            ///< the one it seals with
};

/// Rows of host. Worker transactions.
class Hosts {
public:
    /// One that has not spoken for this long counts as gone.
    static constexpr std::chrono::seconds kGoneAfter{60};

    /// "I am here", said every few seconds. Forgets hosts that have been gone for a day.
    static void announce(Transaction& worker, const HostRow& host);
    static void leave(Transaction& worker, const std::string& id);
    /// Those heard of within kGoneAfter, by id.
    static std::vector<HostRow> running(Transaction& worker, sdk::Timestamp now);
};

}  // namespace souk::store
