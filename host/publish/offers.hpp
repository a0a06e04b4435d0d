#pragma once

#include "core/uuid.hpp"
#include "store/database.hpp"

#include <souk/sdk/publisher.hpp>

#include <optional>
#include <string>
#include <vector>

namespace souk::publish {

/// Whose shelf: one integration of a store, by the name that stands in product.platform_sync.
struct Shelf {
    core::Uuid storeId;
    core::Uuid integrationId;
    std::string name;
};

/// As pushedHash where the platform may have been told, and what became of it is not known: it may
/// show something, or come to. So it is told again as new, and withdrawn when it is to go.
inline constexpr char kPerhaps = '\x01';

/// An offer as it should stand on the platform now, beside what stands there.
struct Wanted {
    core::Uuid variantId;
    core::Uuid productId;
    sdk::Offer offer;
    std::string hash;        ///< of the offer; empty: it is to be withdrawn
    std::string pushedHash;  ///< of what the platform last took; empty: nothing; or kPerhaps
    std::string batchHash;   ///< of what is in its hands
    sdk::Timestamp wantedAt{};
};

/// How offers are told.
struct Terms {
    std::string link;  ///< address of a product with {base_url} and {handle} of its leading listing
    bool whole = false;  ///< all offers of a product go together, with what describes the product
};

/// Why an offer cannot be made at all (no price, no image, ...); a sentence.
struct Unfit {
    core::Uuid variantId;
    core::Uuid productId;
    std::string reason;
};

struct Selection {
    std::vector<Wanted> wanted;
    std::vector<Unfit> unfit;
};

/// The next offers of an integration that something changed about, locked, oldest first, at most
/// `limit`: built from product, variant and stock over all locations. Those that are in a batch
/// already wait until that is settled. Of whole products it is every offer there ever was of each,
/// and one product more than fits. What the integration lists by itself is to be withdrawn.
Selection nextOffers(store::Transaction& store,
                     const Shelf& shelf,
                     const Terms& terms,
                     sdk::Timestamp now,
                     std::int64_t limit);

/// Those of a batch.
Selection offersOf(store::Transaction& store,
                   const Shelf& shelf,
                   const Terms& terms,
                   const core::Uuid& batch);

/// Those the platform knows by these ids; ids that are not ours are left out, and so are those with
/// a change under way.
Selection offersNamed(store::Transaction& store,
                      const Shelf& shelf,
                      const Terms& terms,
                      const std::vector<std::string>& externalIds);

/// Whether the platform shows what is wanted, as far as it tells. Platforms cut long titles.
bool shows(const sdk::ShownOffer& shown, const Wanted& wanted);

/// Text without its HTML marks, entities read, spaces joined.
std::string plainText(std::string_view html);

}  // namespace souk::publish
