#pragma once

#include "publish/offers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace souk::publish {

/// The table of offers and the batches they are in. Every function is one set-based statement in
/// the caller's store transaction, which holds the shelf (`hold`).

/// Serialises whoever changes a shelf until the transaction ends.
void hold(store::Transaction& store, const Shelf& shelf);

/// Reads the change feed on from where the integration's publishing stands and marks what changed
/// as wanted: new variants, content, stock, things that are gone. Answers how many changes it read;
/// less than `limit`: there are no more. When the feed has forgotten what came since, everything is
/// wanted.
std::int64_t absorbChanges(store::Transaction& store,
                           const Shelf& shelf,
                           sdk::Timestamp now,
                           std::int64_t limit);
/// Marks every variant of these products (all products when empty) as wanted; answers how many.
std::int64_t want(store::Transaction& store,
                  const Shelf& shelf,
                  const std::vector<core::Uuid>& productIds,
                  sdk::Timestamp now);
/// The platform has something else of these than was pushed: they are wanted when `heal`.
void differ(store::Transaction& store,
            const Shelf& shelf,
            const std::vector<std::string>& externalIds,
            bool heal,
            sdk::Timestamp now);
/// The comparison begun at `start` found these.
void see(store::Transaction& store,
         const Shelf& shelf,
         const std::vector<std::string>& externalIds,
         sdk::Timestamp start);
/// Those of the ids that are no offer of ours.
std::vector<std::string> unknownAmong(store::Transaction& store,
                                      const Shelf& shelf,
                                      const std::vector<std::string>& externalIds);
/// Offers that stand as they should: nothing to do until they change again.
void keep(store::Transaction& store,
          const Shelf& shelf,
          const std::vector<Wanted>& offers,
          sdk::Timestamp now);

struct Batch {
    core::Uuid id;
    std::optional<std::string> ticket;
    std::int64_t polls = 0;
};

/// Writes a batch down before it is handed over: if its answer never comes, the platform is looked
/// at from `lookAt` on instead of being told again.
core::Uuid beginBatch(store::Transaction& store,
                      const Shelf& shelf,
                      const std::vector<Wanted>& offers,
                      sdk::Timestamp now,
                      sdk::Timestamp lookAt);
/// Batches to be asked for, the oldest first.
std::vector<Batch> dueBatches(store::Transaction& store, const Shelf& shelf, sdk::Timestamp now);
/// It was asked for, or handed over just now: it is asked for at `pollAt`. Without a ticket the
/// platform is looked at instead.
void keepTicket(store::Transaction& store,
                const Shelf& shelf,
                const core::Uuid& batch,
                const std::optional<std::string>& ticket,
                sdk::Timestamp pollAt);
/// The platform told that it is through with a ticket: it is asked at once. False: not of ours.
bool hasten(store::Transaction& store,
            const Shelf& shelf,
            const std::string& ticket,
            sdk::Timestamp now);
/// What is known of offers whose batch was not taken, or perhaps was.
enum class Fate : std::uint8_t {
    NotTaken,  ///< the platform said so: it has what it had
    Unknown,   ///< it may have what it had, or what it was told
    Unseen,    ///< it does not show any, and may yet
};
/// These offers of a batch (all of them when `externalIds` is none) are wanted again from
/// `notBefore` on. Without offers the batch is gone.
void dropFromBatch(store::Transaction& store,
                   const Shelf& shelf,
                   const core::Uuid& batch,
                   const std::optional<std::vector<std::string>>& externalIds,
                   Fate fate,
                   sdk::Timestamp notBefore);
/// The offers of a batch by the ids they have on the platform.
std::vector<std::string> offersIn(store::Transaction& store,
                                  const Shelf& shelf,
                                  const core::Uuid& batch);

/// Offers whose state is to be asked for, at most `limit`.
std::vector<std::string> dueLooks(store::Transaction& store,
                                  const Shelf& shelf,
                                  sdk::Timestamp now,
                                  std::int64_t limit);

}  // namespace souk::publish
