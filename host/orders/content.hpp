#pragma once

#include <souk/sdk/record.hpp>

#include <string>

namespace souk::orders {

/// Digests of the unified fields (store::ContentHash); stamps and `extra` are not part of them.
/// An order's covers its lines, refunds and fulfilments.
std::string contentHash(const sdk::Customer& customer);
std::string contentHash(const sdk::Order& order);

}  // namespace souk::orders
