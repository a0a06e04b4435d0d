#pragma once

#include <souk/sdk/webhook.hpp>

namespace souk::example {

/// Deliveries: {"account": "green-garden", "events": [{"id", "topic", "at", "data"}]}, signed in
/// X-Example-Signature with base64 of HMAC-SHA256 over the raw body.
class Webhooks final : public sdk::WebhookHandler {
public:
    sdk::Result<std::string> challenge(const sdk::WebhookRequest& request,
                                       const sdk::Secrets& app) const override;
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override;
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest& request,
                                  const sdk::Secrets& secrets) const override;
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account& account) const override;
};

}  // namespace souk::example
