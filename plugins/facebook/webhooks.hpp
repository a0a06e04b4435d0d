#pragma once

#include <souk/sdk/webhook.hpp>

namespace souk::facebook {

/// Deliveries of the objects `page` and `catalog`: one carries many entries, each with changes or,
/// for Messenger, `messaging`; each of those is an event of its own. A form with a signed request
/// is a person's wish to have their data deleted, or the app gone.
/// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
class Webhooks final : public sdk::WebhookHandler {
public:
    sdk::Result<std::string> challenge(const sdk::WebhookRequest& request,
                                       const sdk::Secrets& secrets) const override;
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override;
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest& request,
                                  const sdk::Secrets& secrets) const override;
    sdk::Result<std::string> answer(const sdk::WebhookRequest& request,
                                    const sdk::StatusPage& page) const override;
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account& account) const override;
};

}  // namespace souk::facebook
