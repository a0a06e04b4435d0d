#include "../quiet_webhooks.hpp"

namespace souk::bad {

class QuietSource final : public sdk::SyncSource {
public:
    sdk::Result<sdk::Page> fetch(sdk::Context&, const sdk::Cursor&) const override {
        return sdk::Page{};
    }
    sdk::Result<sdk::Page> fetchOne(sdk::Context&,
                                    sdk::Entity,
                                    std::string_view,
                                    const sdk::Cursor&) const override {
        return sdk::Page{};
    }
    std::vector<sdk::Entity> entities() const override { return {}; }
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context&) const override {
        return sdk::RemoteCount{};
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        return entity == sdk::Entity::Order ? &orders_ : nullptr;
    }

private:
    QuietWebhooks webhooks_;
    QuietSource orders_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
