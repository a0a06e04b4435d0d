#pragma once

#include "store/guard.hpp"

#include <souk/sdk/record.hpp>

#include <vector>

namespace souk::catalog {

/// A page of products of one integration into product, product_variant, product_listing and
/// variant_listing. One effect per record, in no particular order.
std::vector<store::Effect> writeProducts(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<const sdk::Product*>& products);

/// Tombstones for listings and their variants; a product goes with its last listing, and its lead
/// moves to another integration when the leading listing goes (whose product is then read again).
/// `rule` is store::ruleOnDeletion or, when the platform has just confirmed it, ruleOnAbsence.
std::vector<store::Effect> removeProducts(store::Transaction& tx,
                                          const store::RecordScope& scope,
                                          const std::vector<store::Departure>& departures,
                                          store::Rule* rule);

/// A page of locations; those without a stamp count as of scope.now.
std::vector<store::Effect> writeLocations(store::Transaction& tx,
                                          const store::RecordScope& scope,
                                          const std::vector<const sdk::Location*>& locations);

std::vector<store::Effect> removeLocations(store::Transaction& tx,
                                           const store::RecordScope& scope,
                                           const std::vector<store::Departure>& departures,
                                           store::Rule* rule);

}  // namespace souk::catalog
