#include "../quiet_webhooks.hpp"

#include <chrono>

namespace souk::bad {

/// Has a clock of its own.
class ClockWebhooks final : public QuietWebhooks {
public:
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override {
        if (std::chrono::system_clock::now() < std::chrono::system_clock::time_point())
            return sdk::Error{sdk::ErrorKind::Transient, "before the beginning"};
        return QuietWebhooks::split(request);
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    ClockWebhooks webhooks_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
