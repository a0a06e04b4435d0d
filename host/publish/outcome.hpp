#pragma once

#include "publish/offers.hpp"

#include <string>
#include <vector>

namespace souk::publish {

/// What became of offers. Each function is one statement: the offers, their product's listing and
/// variants there, and product.platform_sync, so that none ever says otherwise than the others. The
/// caller's transaction holds the shelf.

/// The end of a batch: what is named in `outcomes` stands so; the rest was taken, and where it
/// stands is asked a moment later.
void endBatch(store::Transaction& store,
              const Shelf& shelf,
              const core::Uuid& batch,
              const std::vector<sdk::OfferOutcome>& outcomes,
              sdk::Timestamp now);

/// Offers of a batch whose outcome is known before the rest of it.
void takeFromBatch(store::Transaction& store,
                   const Shelf& shelf,
                   const core::Uuid& batch,
                   const std::vector<sdk::OfferOutcome>& outcomes,
                   sdk::Timestamp now);

/// What a look at the platform told of offers that are not in a batch. One that is still on its way
/// is looked at again, less and less often; one that never shows is wanted again.
void believe(store::Transaction& store,
             const Shelf& shelf,
             const std::vector<sdk::OfferOutcome>& outcomes,
             sdk::Timestamp now);

/// The platform could not be asked where these stand: it is asked again, less and less often.
void lookLater(store::Transaction& store,
               const Shelf& shelf,
               const std::vector<std::string>& externalIds,
               sdk::Timestamp now);

/// Offers that cannot be made, with the reason.
void refuse(store::Transaction& store,
            const Shelf& shelf,
            const std::vector<Unfit>& offers,
            sdk::Timestamp now);

/// What the comparison begun at `start` did not find: it is not there. Wanted again when `heal`.
/// Answers their ids.
std::vector<std::string> miss(store::Transaction& store,
                              const Shelf& shelf,
                              sdk::Timestamp start,
                              bool heal,
                              sdk::Timestamp now);

}  // namespace souk::publish
