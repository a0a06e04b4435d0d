#include "../scripted.hpp"

namespace souk::bad {

inline bool spin() {
    volatile bool tired = false;
    while (!tired) {
    }
    return true;
}

/// The first call runs for ever, those after it wait for the first.
struct Hang {
    void operator()(std::string_view, std::string_view what) const {
        if (what != "hang" && what != "hang/3") return;
        static const bool kNever = spin();
        (void)kNever;
    }
};

/// For the account "asks": asks its platform again and again, whatever it is answered.
class AskingSource final : public ScriptedSource<Hang> {
public:
    sdk::Result<sdk::Page> fetch(sdk::Context& context, const sdk::Cursor& from) const override {
        sdk::HttpRequest request;
        request.url = "https://nowhere.example.test/";
        while (context.account.externalId == "asks") (void)context.http.send(request);
        return ScriptedSource::fetch(context, from);
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        return entity == sdk::Entity::Customer ? &customers_ : nullptr;
    }

private:
    ScriptedWebhooks<Hang> webhooks_;
    AskingSource customers_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
