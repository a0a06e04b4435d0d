#pragma once

#include "store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::store {

/// One row of the change feed.
struct Change {
    core::Uuid id;
    std::int64_t xid = 0;
    sdk::Timestamp at{};
    std::optional<core::Uuid> integrationId;
    std::string kind;    ///< product.updated, sync.progress, ...
    std::string entity;  ///< product, customer, order, stock, location, integration, sync_run
    std::optional<core::Uuid> entityId;
};

struct ChangePosition {
    std::int64_t xid = 0;
    core::Uuid id;
};

class Changes {
public:
    /// In the transaction it tells of; also NOTIFY souk_change (delivered at commit).
    static void add(Transaction& store,
                    const core::Uuid& storeId,
                    const std::optional<core::Uuid>& integrationId,
                    std::string_view kind,
                    std::string_view entity,
                    const std::optional<core::Uuid>& entityId);
    /// After `from` in (xid, id) order, never past the oldest running transaction.
    static std::vector<Change> after(Transaction& store, const ChangePosition& from, int limit);
    /// Where the feed ends now.
    static ChangePosition end(Transaction& store);
    /// Up to where the feed was pruned, if that is beyond `from`: whoever comes from there has
    /// missed something. Asked after reading, so that what was pruned while reading shows.
    static std::optional<ChangePosition> edgeBeyond(Transaction& store, const ChangePosition& from);
    /// Forgets a portion of what is older than `before`, of any store, from the feed's beginning
    /// on. Answers how many; 0: nothing is left.
    static std::int64_t prune(Transaction& worker, sdk::Timestamp before);
};

}  // namespace souk::store
