#include "../quiet_webhooks.hpp"

namespace souk::bad {

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    QuietWebhooks webhooks_;
};

}  // namespace souk::bad

// A plugin of another SDK major differs in the name of its entry.
#define souk_plugin_v1 souk_plugin_v2
SOUK_PLUGIN(souk::bad::BadPlugin)
