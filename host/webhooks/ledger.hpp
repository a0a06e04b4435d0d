#pragma once

#include "store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::webhooks {

/// An event as people see it.
struct ListedEvent {
    core::Uuid id;
    core::Uuid integrationId;
    std::string platform;
    std::string topic;
    std::string key;
    std::string state;  ///< waiting, done, stale, ignored, dead
    std::int32_t attempts = 0;
    std::optional<std::string> reason;
    std::optional<sdk::Timestamp> triggeredAt;
    sdk::Timestamp receivedAt{};
    std::optional<sdk::Timestamp> processedAt;
    std::optional<sdk::Timestamp> nextAttemptAt;
    std::optional<core::Uuid> correlationId{};
};

struct EventFilter {
    std::optional<core::Uuid> integrationId;
    std::optional<std::string> state;
    std::optional<std::string> topic;
    std::optional<sdk::Timestamp> since;  ///< received at or after
    std::optional<sdk::Timestamp> until;  ///< received before
    std::optional<core::Uuid> correlationId{};
};

/// The inbox as people see it: lists, one event with its bytes, replays. Transactions of the store.
class Ledger {
public:
    /// Newest first, older than `before` (empty: from the newest), at most `limit`.
    static std::vector<ListedEvent> list(store::Transaction& store,
                                         const EventFilter& filter,
                                         const core::Uuid& before,
                                         int limit);
    struct Whole {
        ListedEvent event;
        std::string headers;  ///< JSON
        std::string body;     ///< exact bytes
    };
    static std::optional<Whole> find(store::Transaction& store, const core::Uuid& id);

    /// Puts one event back to waiting, whatever became of it; guards make that harmless. False:
    /// there is none.
    static bool replay(store::Transaction& store, const core::Uuid& id, sdk::Timestamp now);
    /// Puts back everything the filter names, oldest first, at most `limit`; answers how many.
    static std::int64_t replay(store::Transaction& store,
                               const EventFilter& filter,
                               int limit,
                               sdk::Timestamp now);
};

}  // namespace souk::webhooks
