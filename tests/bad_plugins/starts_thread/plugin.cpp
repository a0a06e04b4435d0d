#include "../quiet_webhooks.hpp"

#include <thread>

namespace souk::bad {

/// Works behind the host's back.
class ThreadWebhooks final : public QuietWebhooks {
public:
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override {
        std::jthread worker([] {});
        return QuietWebhooks::split(request);
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    ThreadWebhooks webhooks_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
