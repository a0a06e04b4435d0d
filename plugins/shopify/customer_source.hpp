#pragma once

#include <souk/sdk/sync.hpp>

namespace souk::shopify {

/// Customers by the time of their last change. What was deleted since does not show here: the
/// webhook customers/delete and the host's verify runs find that.
class CustomerSource final : public sdk::SyncSource {
public:
    sdk::Result<sdk::Page> fetch(sdk::Context& context, const sdk::Cursor& from) const override;
    sdk::Result<sdk::Page> fetchOne(sdk::Context& context,
                                    sdk::Entity entity,
                                    std::string_view externalId,
                                    const sdk::Cursor& from) const override;
    std::vector<sdk::Entity> entities() const override;
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context& context) const override;
};

}  // namespace souk::shopify
