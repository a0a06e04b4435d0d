#pragma once

#include "store/guard.hpp"

#include <souk/sdk/record.hpp>

#include <string>
#include <vector>

namespace souk::catalog {

/// Held by whoever changes what an integration offers, until the transaction ends; before products
/// are locked.
inline std::string shelfLock(const core::Uuid& integrationId) {
    return "souk:shelf:" + integrationId.text();
}

/// What a platform calls an offer of the hub's.
struct OfferTie {
    core::Uuid productId;
    core::Uuid variantId;
    std::string shownGroup;  ///< the platform's id of the product
    std::string shownId;     ///< of the variant
    std::string inventoryItemId;
};

/// Keeps the platform's ids of offers beside their published listings, which are made where the
/// platform tells of an offer before it answers the call that made it. What is no offer there is
/// left out. The caller holds the shelf. Answers the platform's ids of the variants that were not
/// known by them before.
std::vector<std::string> tieOffers(store::Transaction& tx,
                                   const core::Uuid& storeId,
                                   const core::Uuid& integrationId,
                                   const std::vector<OfferTie>& ties);

/// Products as a platform tells of them, parted.
struct OfferedPage {
    std::vector<const sdk::Product*> own;  ///< the platform's own goods
    /// Of the others: offers of the hub's are no news; of what may be one, and of offers with
    /// variants whose ids are not known yet, the platform is asked.
    std::vector<store::Effect> effects;
    std::vector<std::string> newlyTied;  ///< as tieOffers() answers
};

/// Costs nothing where no product is an offer and each says so.
OfferedPage partOffered(store::Transaction& tx,
                        const store::RecordScope& scope,
                        const std::vector<const sdk::Product*>& products);

/// Takes out of a page of departures what is an offer of the hub's: that it is gone there is for
/// publishing to find. Answers their effects.
std::vector<store::Effect> dropOffered(store::Transaction& tx,
                                       const store::RecordScope& scope,
                                       std::vector<store::Departure>& departures);

}  // namespace souk::catalog
