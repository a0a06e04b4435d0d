#include <souk/sdk/plugin.hpp>

#include <stdexcept>

namespace souk::bad {

/// Throws in every function of every capability, each time something else.
class ThrowingWebhooks final : public sdk::WebhookHandler {
public:
    sdk::Result<std::string> challenge(const sdk::WebhookRequest&,
                                       const sdk::Secrets&) const override {
        throw std::bad_alloc();
    }
    sdk::Result<std::vector<sdk::EventSlice>> split(const sdk::WebhookRequest&) const override {
        throw std::runtime_error("split went wrong");
    }
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest&, const sdk::Secrets&) const override {
        throw std::string("verify went wrong");
    }
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account&) const override {
        if (event.topic == "number") throw 42;
        return std::vector<sdk::Record>(1, sdk::Record(sdk::Notice{event.body.substr(1), "", ""}));
    }
};

class ThrowingConnect final : public sdk::ConnectFlow {
public:
    sdk::Result<sdk::Fields> checkForm(const sdk::Fields&) const override {
        throw std::logic_error("checkForm went wrong");
    }
    sdk::Result<std::string> authorizeUrl(const sdk::ConnectStart&,
                                          const sdk::Secrets&) const override {
        throw "a bare text";
    }
    sdk::Result<sdk::Done> verifyCallback(const sdk::ConnectStart&,
                                          const sdk::Fields&,
                                          const sdk::Secrets&,
                                          sdk::Timestamp) const override {
        throw nullptr;
    }
    sdk::Result<sdk::Grant> complete(sdk::Context&,
                                     const sdk::ConnectStart&,
                                     const sdk::Fields&) const override {
        throw sdk::Error{sdk::ErrorKind::Unauthorized, "an error, thrown"};
    }
    sdk::Result<sdk::Account> probe(sdk::Context&, const sdk::ConnectStart&) const override {
        throw std::out_of_range("probe went wrong");
    }
    sdk::Result<sdk::Grant> refresh(sdk::Context&, const sdk::Grant&) const override {
        throw std::invalid_argument("refresh went wrong");
    }
    sdk::Result<sdk::Done> revoke(sdk::Context&) const override { throw 1.5; }
};

class ThrowingSubscriptions final : public sdk::Subscriptions {
public:
    std::vector<std::string> wanted(const sdk::Account&) const override {
        throw std::length_error("wanted went wrong");
    }
    sdk::Result<std::vector<sdk::Subscription>> list(sdk::Context&) const override {
        throw std::domain_error("list went wrong");
    }
    sdk::Result<sdk::Subscription> create(sdk::Context&,
                                          std::string_view,
                                          std::string_view) const override {
        throw std::range_error("create went wrong");
    }
    sdk::Result<sdk::Done> remove(sdk::Context&, std::string_view) const override {
        throw std::overflow_error("remove went wrong");
    }
};

class ThrowingSource final : public sdk::SyncSource {
public:
    sdk::Result<sdk::Page> fetch(sdk::Context&, const sdk::Cursor&) const override {
        throw std::runtime_error("fetch went wrong");
    }
    sdk::Result<sdk::Page> fetchOne(sdk::Context&,
                                    sdk::Entity,
                                    std::string_view,
                                    const sdk::Cursor&) const override {
        throw std::runtime_error("fetchOne went wrong");
    }
    std::vector<sdk::Entity> entities() const override {
        throw std::runtime_error("entities went wrong");
    }
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context&) const override {
        throw std::runtime_error("remoteCount went wrong");
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    std::optional<sdk::Throttle> throttleFrom(const sdk::HttpReply&) const override {
        throw std::runtime_error("throttleFrom went wrong");
    }
    const sdk::ConnectFlow* connectFlow() const noexcept override { return &connect_; }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::Subscriptions* subscriptions() const noexcept override { return &subscriptions_; }
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        return entity == sdk::Entity::Customer ? &customers_ : nullptr;
    }

private:
    ThrowingConnect connect_;
    ThrowingWebhooks webhooks_;
    ThrowingSubscriptions subscriptions_;
    ThrowingSource customers_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
