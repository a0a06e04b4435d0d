#pragma once

#include "store/guard.hpp"

#include <souk/sdk/record.hpp>

#include <vector>

namespace souk::orders {

/// A page of customers into customer. One effect per record, in no particular order.
std::vector<store::Effect> writeCustomers(store::Transaction& tx,
                                          const store::RecordScope& scope,
                                          const std::vector<const sdk::Customer*>& customers);

std::vector<store::Effect> removeCustomers(store::Transaction& tx,
                                           const store::RecordScope& scope,
                                           const std::vector<store::Departure>& departures,
                                           store::Rule* rule);

/// A page of orders into orders, order_items, refund and fulfilment. The children of a changed
/// order are replaced as a set: a child that stays keeps its id.
std::vector<store::Effect> writeOrders(store::Transaction& tx,
                                       const store::RecordScope& scope,
                                       const std::vector<const sdk::Order*>& orders);

/// Tombstones; lines, refunds and fulfilments stay with theirs.
std::vector<store::Effect> removeOrders(store::Transaction& tx,
                                        const store::RecordScope& scope,
                                        const std::vector<store::Departure>& departures,
                                        store::Rule* rule);

}  // namespace souk::orders
