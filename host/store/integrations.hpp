#pragma once

#include "store/database.hpp"

#include <souk/sdk/context.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace souk::store {

enum class IntegrationStatus : std::uint8_t {
    Pending,
    Connected,
    Paused,
    ReauthRequired,
    Error,
    Disconnected,
};
std::string_view name(IntegrationStatus status) noexcept;

struct IntegrationRow {
    core::Uuid storeId;
    core::Uuid id;
    std::string platform;
    std::string name;
    IntegrationStatus status = IntegrationStatus::Pending;
    std::optional<std::string> statusReason;
    sdk::Account account;       ///< externalId empty until known
    std::string config = "{}";  ///< JSON, what the admin typed
    /// JSON, what a person must still pick to finish connecting; none: nothing
    std::optional<std::string> choices;
    std::string syncStatus;         ///< idle, queued, running, failed, complete
    std::string syncCursor = "{}";  ///< JSON object, plugin cursor by entity
    std::optional<std::string> syncError;
    std::optional<sdk::Timestamp> lastSyncAt;
    std::optional<sdk::Timestamp> nextSyncAt;
    std::optional<sdk::Timestamp> connectedAt;
    std::optional<sdk::Timestamp> disconnectedAt;
    sdk::Timestamp createdAt{};
    sdk::Timestamp updatedAt{};
    std::int64_t version = 0;
};

struct NewIntegration {
    std::string platform;
    std::string name;  ///< empty: the platform's name, numbered when taken
    std::string config = "{}";
};

class Integrations {
public:
    /// Rejected when the name is taken in this store.
    static sdk::Result<IntegrationRow> create(Transaction& store,
                                              const core::Uuid& storeId,
                                              const NewIntegration& wanted);
    static std::optional<IntegrationRow> find(Transaction& any, const core::Uuid& id);
    /// Whose deliveries named `account` are: the integration that holds it, a connected one first,
    /// then the newest stub; else every one that lists it among its other ids and is not
    /// disconnected.
    static std::vector<IntegrationRow> route(Transaction& worker,
                                             std::string_view platform,
                                             std::string_view account);
    static std::vector<IntegrationRow> list(Transaction& any, const core::Uuid& after, int limit);

    /// connected, with what the probe told; clears status_reason, sets connected_at. Rejected
    /// when the account is connected elsewhere (unique index), naming the fix.
    static sdk::Result<IntegrationRow> connected(Transaction& store,
                                                 const core::Uuid& id,
                                                 const sdk::Account& account,
                                                 sdk::Timestamp now);
    /// Any other status change by a flow or a person; writes a change row `integration.updated`. A
    /// disconnected one forgets its other ids: nothing is routed by them any more, and one may be a
    /// person's.
    static void setStatus(Transaction& any,
                          const core::Uuid& id,
                          IntegrationStatus status,
                          const std::optional<std::string>& reason,
                          sdk::Timestamp now);
    /// Merged into facts (RFC 7396), for people.
    static void mergeFacts(Transaction& store, const core::Uuid& id, std::string_view patch);
    /// What a person must still pick before it is connected; none: nothing any more.
    static void setChoices(Transaction& store,
                           const core::Uuid& id,
                           const std::optional<std::string>& choices);
    static void setScopes(Transaction& any,
                          const core::Uuid& id,
                          const std::vector<std::string>& scopes);

    /// In the transaction of the page it produced.
    static void saveCursor(Transaction& store,
                           const core::Uuid& id,
                           std::string_view entity,
                           std::string_view cursor);
    static void setSync(Transaction& store,
                        const core::Uuid& id,
                        std::string_view syncStatus,
                        const std::optional<std::string>& error);
    /// End of a complete run: sync_status complete, last_sync_at, next_sync_at, error cleared.
    static void syncComplete(Transaction& store,
                             const core::Uuid& id,
                             sdk::Timestamp now,
                             sdk::Timestamp next);
    /// Connected integrations whose next_sync_at has passed, oldest first; their next_sync_at is
    /// moved to `next` in the same statement, so that only one host starts each.
    static std::vector<IntegrationRow> takeDue(Transaction& worker,
                                               sdk::Timestamp now,
                                               sdk::Timestamp next,
                                               int limit);
};

}  // namespace souk::store
