#include "../quiet_webhooks.hpp"

#include <sys/socket.h>

namespace souk::bad {

/// Wants to phone home.
class SocketWebhooks final : public QuietWebhooks {
public:
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override {
        const int line = ::socket(AF_INET, SOCK_STREAM, 0);
        if (line < 0) return sdk::Error{sdk::ErrorKind::Transient, "no line"};
        return QuietWebhooks::split(request);
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    SocketWebhooks webhooks_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
