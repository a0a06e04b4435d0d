#include "../quiet_webhooks.hpp"

namespace souk::sdk {
// Part of no SDK library there is.
void fromTheFuture();
}  // namespace souk::sdk

namespace souk::bad {

class BadPlugin final : public sdk::Plugin {
public:
    BadPlugin() { sdk::fromTheFuture(); }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    QuietWebhooks webhooks_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
