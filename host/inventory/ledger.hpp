#pragma once

#include "inventory/reader.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace souk::inventory {

/// A change of stock at one place, for one order.
struct Move {
    core::Uuid variantId;
    core::Uuid integrationId;  ///< where the stock is kept
    std::string inventoryItemId;
    std::string locationExternalId;
    std::int64_t delta = 0;
};

/// Moves that go to one platform in one call; `id` is the call's key.
struct MoveBatch {
    core::Uuid id;
    core::Uuid integrationId;
    std::vector<Move> moves;
};

/// What an order took so far and has not given back, done or asked for.
std::vector<Move> movedBy(store::Transaction& tx,
                          const core::Uuid& storeId,
                          const core::Uuid& orderId);

/// Calls for an order whose answer is not known, oldest first.
std::vector<MoveBatch> openBatches(store::Transaction& tx,
                                   const core::Uuid& storeId,
                                   const core::Uuid& orderId);

/// An order with calls that wait for whoever keeps the stock.
struct WaitingSale {
    core::Uuid orderId;
    core::Uuid integrationId;  ///< which sold it
};
/// Those with calls to `keeper` planned at `since` or later. What is older is refused: what the
/// keeper counts by then is no longer what it was.
std::vector<WaitingSale> waitingFor(store::Transaction& tx,
                                    const core::Uuid& storeId,
                                    const core::Uuid& keeper,
                                    sdk::Timestamp since,
                                    sdk::Timestamp now);

/// Integrations that refused a call for an order.
std::set<core::Uuid> refusersOf(store::Transaction& tx,
                                const core::Uuid& storeId,
                                const core::Uuid& orderId);

/// Writes a batch down, before the platform is called.
void planBatch(store::Transaction& tx,
               const core::Uuid& storeId,
               const core::Uuid& orderId,
               const MoveBatch& batch,
               sdk::Timestamp now);

/// The platform's answer; `refusal` empty: done.
void settleBatch(store::Transaction& tx,
                 const core::Uuid& storeId,
                 const core::Uuid& batchId,
                 std::string_view refusal,
                 sdk::Timestamp now);

/// From where `units` of a variant are taken: where most is, then where less is; what is nowhere is
/// taken where most was, for it is sold. Levels of untracked stock are left alone.
std::vector<Move> takeFrom(const std::vector<VariantStock>& levels, std::int64_t units);

/// Gives `units` back to where they were taken, the latest first.
std::vector<Move> giveBack(const std::vector<Move>& moved, std::int64_t units);

}  // namespace souk::inventory
