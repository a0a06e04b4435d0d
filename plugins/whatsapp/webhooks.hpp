#pragma once

#include <souk/sdk/webhook.hpp>

namespace souk::whatsapp {

/// Deliveries of the WhatsApp Business Account object. One carries many entries, changes, messages
/// and statuses: each is an event of its own.
/// https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks
class Webhooks final : public sdk::WebhookHandler {
public:
    sdk::Result<std::string> challenge(const sdk::WebhookRequest& request,
                                       const sdk::Secrets& secrets) const override;
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override;
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest& request,
                                  const sdk::Secrets& secrets) const override;
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account& account) const override;
};

}  // namespace souk::whatsapp
