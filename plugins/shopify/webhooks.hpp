#pragma once

#include <souk/sdk/webhook.hpp>

namespace souk::shopify {

/// Shopify's deliveries: one event each, signed with the app's client secret.
/// https://shopify.dev/docs/apps/build/webhooks/subscribe/https
class Webhooks final : public sdk::WebhookHandler {
public:
    /// From the headers alone, but for the people in it. The key is the delivery's id and not
    /// X-Shopify-Event-Id: one action of a merchant fires several topics with the same event id.
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override;
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest& request,
                                  const sdk::Secrets& secrets) const override;
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account& account) const override;
};

}  // namespace souk::shopify
