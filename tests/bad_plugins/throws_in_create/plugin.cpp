#include "../quiet_webhooks.hpp"

#include <stdexcept>

namespace souk::bad {

class BadPlugin final : public sdk::Plugin {
public:
    BadPlugin() { throw std::runtime_error("no"); }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    QuietWebhooks webhooks_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
