#pragma once

#include <souk/sdk/subscriptions.hpp>

namespace souk::shopify {

/// Shop-specific webhook subscriptions. Shopify deletes one after eight failed deliveries, so the
/// host compares regularly. The privacy topics are the app's own and cannot be subscribed here.
/// https://shopify.dev/docs/api/admin-graphql/latest/mutations/webhookSubscriptionCreate
class WebhookSubscriptions final : public sdk::Subscriptions {
public:
    /// Only topics whose scope was granted: Shopify refuses the others.
    std::vector<std::string> wanted(const sdk::Account& account) const override;
    sdk::Result<std::vector<sdk::Subscription>> list(sdk::Context& context) const override;
    sdk::Result<sdk::Subscription> create(sdk::Context& context,
                                          std::string_view topic,
                                          std::string_view address) const override;
    sdk::Result<sdk::Done> remove(sdk::Context& context,
                                  std::string_view externalId) const override;
};

}  // namespace souk::shopify
