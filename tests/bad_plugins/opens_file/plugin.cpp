#include "../quiet_webhooks.hpp"

#include <fstream>

namespace souk::bad {

/// Keeps notes of its own.
class FileWebhooks final : public QuietWebhooks {
public:
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override {
        std::ofstream notes("notes.txt");
        notes << request.body;
        return QuietWebhooks::split(request);
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    FileWebhooks webhooks_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
