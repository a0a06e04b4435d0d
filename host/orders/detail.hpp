#pragma once

#include "orders/reader.hpp"

#include <optional>
#include <string_view>

namespace souk::orders {

/// Shop's and buyer's money from two columns of minor units and the order's two currencies.
std::optional<sdk::Price> priceOf(const store::Row& row,
                                  std::string_view shop,
                                  std::string_view presentment);

/// Reads an order's lines, refunds and fulfilments.
void addChildren(store::Transaction& tx, const core::Uuid& storeId, OrderDetail& order);

}  // namespace souk::orders
