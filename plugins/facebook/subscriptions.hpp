#pragma once

#include <souk/sdk/subscriptions.hpp>

namespace souk::facebook {

/// The app's own subscription (address and fields) is set once in the app; each page and each
/// catalogue has to be subscribed to the app besides, or it keeps silent.
class AssetSubscriptions final : public sdk::Subscriptions {
public:
    std::vector<std::string> wanted(const sdk::Account& account) const override;
    sdk::Result<std::vector<sdk::Subscription>> list(sdk::Context& context) const override;
    sdk::Result<sdk::Subscription> create(sdk::Context& context,
                                          std::string_view topic,
                                          std::string_view address) const override;
    sdk::Result<sdk::Done> remove(sdk::Context& context,
                                  std::string_view externalId) const override;
};

}  // namespace souk::facebook
