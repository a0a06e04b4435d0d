#include "../quiet_webhooks.hpp"

#include <cstdlib>

namespace souk::bad {

/// Looks around in the host.
class EnvironmentWebhooks final : public QuietWebhooks {
public:
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override {
        if (std::getenv("SOUK_VAULT_KEY") == nullptr)
            return sdk::Error{sdk::ErrorKind::Transient, "nothing to see"};
        return QuietWebhooks::split(request);
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    EnvironmentWebhooks webhooks_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
