#include "../quiet_webhooks.hpp"

#include <stdexcept>

namespace souk::bad {

/// Throws something else in each function.
class ThrowingWebhooks final : public QuietWebhooks {
public:
    sdk::Result<std::vector<sdk::EventSlice>> split(const sdk::WebhookRequest&) const override {
        throw std::runtime_error("split went wrong");
    }
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account&) const override {
        if (event.topic == "number") throw 42;
        return std::vector<sdk::Record>(1, sdk::Record(sdk::Notice{event.body.substr(1), "", ""}));
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    ThrowingWebhooks webhooks_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
