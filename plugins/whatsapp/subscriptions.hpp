#pragma once

#include <souk/sdk/subscriptions.hpp>

namespace souk::whatsapp {

/// The app subscribes to a business account as a whole; which fields come is set in the app. With
/// a verify token the deliveries of `messages` are sent to our address, whatever the app's own is.
class AccountSubscription final : public sdk::Subscriptions {
public:
    std::vector<std::string> wanted(const sdk::Account& account) const override;
    sdk::Result<std::vector<sdk::Subscription>> list(sdk::Context& context) const override;
    sdk::Result<sdk::Subscription> create(sdk::Context& context,
                                          std::string_view topic,
                                          std::string_view address) const override;
    sdk::Result<sdk::Done> remove(sdk::Context& context,
                                  std::string_view externalId) const override;
};

}  // namespace souk::whatsapp
