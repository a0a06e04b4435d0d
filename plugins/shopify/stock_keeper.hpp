#pragma once

#include <souk/sdk/publisher.hpp>

namespace souk::shopify {

/// Changes what is available at a location, relative to what is there.
/// https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventoryAdjustQuantities
class StockKeeper final : public sdk::StockKeeper {
public:
    sdk::Result<sdk::Done> adjust(sdk::Context& context,
                                  const std::vector<sdk::StockMove>& moves,
                                  std::string_view key) const override;
};

}  // namespace souk::shopify
