#pragma once

#include <souk/sdk/sync.hpp>

namespace souk::shopify {

/// Orders by the time of their last change, open, closed and cancelled alike; without the scope
/// read_all_orders only those of the last 60 days. Deleted orders: as for customers.
class OrderSource final : public sdk::SyncSource {
public:
    sdk::Result<sdk::Page> fetch(sdk::Context& context, const sdk::Cursor& from) const override;
    /// Pages through the lines; refunds and fulfilments come whole with every page, so only the
    /// first page carries them.
    sdk::Result<sdk::Page> fetchOne(sdk::Context& context,
                                    sdk::Entity entity,
                                    std::string_view externalId,
                                    const sdk::Cursor& from) const override;
    std::vector<sdk::Entity> entities() const override;
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context& context) const override;
};

}  // namespace souk::shopify
