#pragma once

#include "store/database.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace souk::webhooks {

/// A lane in this host's hands. Whoever holds an older fence is refused when it writes.
struct Lane {
    core::Uuid storeId;
    core::Uuid integrationId;
    std::int64_t fence = 0;
    /// Events that were in hand when a host died here: tried one by one.
    std::vector<core::Uuid> suspects;
};

struct WaitingEvent {
    core::Uuid id;
    sdk::Timestamp receivedAt{};
    std::string topic;
    std::string account;
    std::optional<sdk::Timestamp> triggeredAt;
    std::string headers;  ///< JSON object
    std::string body;
    std::int32_t attempts = 0;  ///< this one included
    std::int32_t crashes = 0;   ///< tries that cost a host or a thread, as far as it is certain
    std::optional<core::Uuid> correlation{};  ///< of the request that brought it
};

/// What became of an event.
struct Verdict {
    std::string state;                  ///< done, stale, ignored, dead, or waiting (again later)
    std::optional<std::string> reason;  ///< why, for everything but done
    std::optional<sdk::Timestamp> again;
    std::int32_t crashes = 0;
};

/// SQL of webhook_lane and of the waiting rows of webhook. Worker transactions where the store is
/// not known yet, the store's transaction where an event is settled with its effects.
class Lanes {
public:
    /// The lane that has waited longest, leased until `until`; none when nothing is due. `owner` is
    /// unique to this process.
    static std::optional<Lane> lease(store::Transaction& worker,
                                     const std::string& owner,
                                     sdk::Timestamp now,
                                     sdk::Timestamp until);
    /// The next events in order, their attempt counted and their ids noted as suspects, so that a
    /// crash in the plugin counts too; of suspects only the first. Empty when the lane was lost or
    /// nothing is due.
    static std::vector<WaitingEvent> take(store::Transaction& worker,
                                          const Lane& lane,
                                          sdk::Timestamp now,
                                          sdk::Timestamp until,
                                          int limit);
    /// A suspect is in the plugin's hands from here on (`by` 1), or no longer (-1). False: the
    /// lease was lost.
    static bool countCrash(store::Transaction& worker,
                           const Lane& lane,
                           const WaitingEvent& event,
                           std::int32_t by);
    /// Settles an event in the transaction of its effects. False: the lease was lost, or the event
    /// is erased; roll back.
    static bool settle(store::Transaction& store,
                       const Lane& lane,
                       const WaitingEvent& event,
                       const Verdict& verdict,
                       sdk::Timestamp now);
    /// Gives the lane back; it stays pending while events wait, from the first moment one is due.
    static void release(store::Transaction& worker, const Lane& lane, sdk::Timestamp notBefore);
    /// The integration was resumed: what waits is due now.
    static void wake(store::Transaction& any, const core::Uuid& integrationId, sdk::Timestamp now);
};

}  // namespace souk::webhooks
