#pragma once

#include <souk/sdk/sync.hpp>

namespace souk::example {

/// Customers, products and orders are listed alike on this platform, so one class serves all.
class Source final : public sdk::SyncSource {
public:
    struct Kind {
        std::string_view path;  ///< "products"
        sdk::Entity entity;
    };
    explicit Source(Kind kind) : kind_(kind) {}

    sdk::Result<sdk::Page> fetch(sdk::Context& context, const sdk::Cursor& from) const override;
    sdk::Result<sdk::Page> fetchOne(sdk::Context& context,
                                    sdk::Entity entity,
                                    std::string_view externalId,
                                    const sdk::Cursor& from) const override;
    std::vector<sdk::Entity> entities() const override { return {kind_.entity}; }
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context& context) const override;

private:
    Kind kind_;
};

}  // namespace souk::example
