#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace souk::webhooks {

/// Stored events of one integration, walked in the order of their ids a portion at a time.
struct Walk {
    core::Uuid storeId;
    core::Uuid integrationId;
    /// Keyed hashes, hex: events that speak of one of these people. Empty: every event.
    std::vector<std::string> people;
};

struct Walked {
    std::int64_t erased = 0;
    core::Uuid last;    ///< where to go on
    bool more = false;  ///< the walk has not ended
};

/// Deletes what the walk names among the next `limit` events of the store after `after`, with their
/// keys. One that waits is never applied; one in a drainer's hands is not settled any more.
Walked eraseEvents(store::Transaction& worker,
                   const Walk& walk,
                   const core::Uuid& after,
                   int limit);

/// One event with its key.
void eraseEvent(store::Transaction& worker, const core::Uuid& storeId, const core::Uuid& id);

/// An event with all that is kept of it.
struct KeptEvent {
    core::Uuid id;
    sdk::Timestamp receivedAt{};
    std::string topic;
    std::string key;
    std::string headers;  ///< JSON
    std::string body;     ///< exact bytes
};
/// What eraseEvents() would delete, read.
Walked readEvents(store::Transaction& worker,
                  const Walk& walk,
                  const core::Uuid& after,
                  int limit,
                  std::vector<KeptEvent>& events);

}  // namespace souk::webhooks
