#pragma once

#include <souk/sdk/sync.hpp>

namespace souk::shopify {

/// Locations, products and stock levels, in this order: a level names a location and an inventory
/// item, which comes with its variant. One run is one chain of cursors through the three phases;
/// the next run brings all locations again (they are few) and of the rest what changed. Deleted
/// products, locations and levels do not show here: webhooks and the host's verify runs find them.
class ProductSource final : public sdk::SyncSource {
public:
    sdk::Result<sdk::Page> fetch(sdk::Context& context, const sdk::Cursor& from) const override;
    /// Product: variants and media in pages. Stock: one level by "item@location"; with an empty
    /// location ("item@") every level of the item, and a Refetch of the products that show it.
    sdk::Result<sdk::Page> fetchOne(sdk::Context& context,
                                    sdk::Entity entity,
                                    std::string_view externalId,
                                    const sdk::Cursor& from) const override;
    std::vector<sdk::Entity> entities() const override;
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context& context) const override;
};

}  // namespace souk::shopify
