#pragma once

#include <souk/sdk/plugin.hpp>

namespace souk::bad {

/// A lawful webhook handler without events: what each bad plugin does right while it does one
/// thing wrong.
class QuietWebhooks : public sdk::WebhookHandler {
public:
    sdk::Result<std::vector<sdk::EventSlice>> split(const sdk::WebhookRequest&) const override {
        return std::vector<sdk::EventSlice>{};
    }
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest&, const sdk::Secrets&) const override {
        return sdk::Error{sdk::ErrorKind::Unauthorized, "nobody is believed"};
    }
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent&,
                                                    const sdk::Account&) const override {
        return std::vector<sdk::Record>{};
    }
};

}  // namespace souk::bad
