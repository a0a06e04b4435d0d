#pragma once

#include <souk/sdk/subscriptions.hpp>

namespace souk::facebook {

/// Two levels, and silence without an error where one is missing: the app's own subscription for
/// each kind of object (address and fields), and that of each page and catalogue to the app.
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
