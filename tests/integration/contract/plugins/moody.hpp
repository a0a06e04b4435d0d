#pragma once

#include <souk/sdk/plugin.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk::contract {

/// The trouble an account stands for: "finish-rate_limited" fails with RateLimited when it is being
/// connected, "list-transient" when its subscriptions are asked for; other names never fail.
inline std::optional<sdk::Error> trouble(std::string_view account, std::string_view step) {
    if (!account.starts_with(step)) return std::nullopt;
    account.remove_prefix(step.size());
    for (const auto kind : {sdk::ErrorKind::Unauthorized,
                            sdk::ErrorKind::RateLimited,
                            sdk::ErrorKind::Transient,
                            sdk::ErrorKind::BadPayload,
                            sdk::ErrorKind::Rejected,
                            sdk::ErrorKind::NotFound,
                            sdk::ErrorKind::Unsupported,
                            sdk::ErrorKind::Bug}) {
        if (account != "-" + std::string(sdk::name(kind))) continue;
        sdk::Error error{kind, "The platform is played, and so is its trouble."};
        if (kind == sdk::ErrorKind::RateLimited) error.retryAfter = std::chrono::seconds(7);
        return error;
    }
    return std::nullopt;
}

class MoodyConnect final : public sdk::ConnectFlow {
public:
    sdk::Result<sdk::Fields> checkForm(const sdk::Fields& form) const override {
        if (auto error = trouble(form.at("account"), "form")) return *error;
        return form;
    }
    sdk::Result<std::string> authorizeUrl(const sdk::ConnectStart& start,
                                          const sdk::Secrets&) const override {
        if (auto error = trouble(start.form.at("account"), "start")) return *error;
        return "https://moody.example.test/authorize?state=" + start.state;
    }
    sdk::Result<sdk::Done> verifyCallback(const sdk::ConnectStart&,
                                          const sdk::Fields&,
                                          const sdk::Secrets&,
                                          sdk::Timestamp) const override {
        return sdk::Done{};
    }
    sdk::Result<sdk::Grant> complete(sdk::Context&,
                                     const sdk::ConnectStart& start,
                                     const sdk::Fields&) const override {
        if (auto error = trouble(start.form.at("account"), "finish")) return *error;
        sdk::Grant grant;
        grant.accessToken = sdk::Secret("granted");
        return grant;
    }
    sdk::Result<sdk::Account> probe(sdk::Context&, const sdk::ConnectStart& start) const override {
        sdk::Account account;
        account.externalId = start.form.at("account");
        account.title = "Moody " + account.externalId;
        return account;
    }
};

class MoodySubscriptions final : public sdk::Subscriptions {
public:
    std::vector<std::string> wanted(const sdk::Account&) const override { return {"news"}; }
    sdk::Result<std::vector<sdk::Subscription>> list(sdk::Context& context) const override {
        if (auto error = trouble(context.account.externalId, "list")) return *error;
        return std::vector<sdk::Subscription>{{"7", "news", "https://elsewhere.test/"}};
    }
    sdk::Result<sdk::Subscription> create(sdk::Context&,
                                          std::string_view topic,
                                          std::string_view address) const override {
        return sdk::Subscription{"8", std::string(topic), std::string(address)};
    }
    sdk::Result<sdk::Done> remove(sdk::Context&, std::string_view) const override {
        return sdk::Done{};
    }
};

/// Believes whoever says so; its deliveries hold no events.
class MoodyWebhooks final : public sdk::WebhookHandler {
public:
    sdk::Result<std::string> challenge(const sdk::WebhookRequest& request,
                                       const sdk::Secrets&) const override {
        if (request.query == "token=right&challenge=42") return std::string("42");
        return sdk::Error{sdk::ErrorKind::Unauthorized, "The verify token is not ours."};
    }
    sdk::Result<std::vector<sdk::EventSlice>> split(const sdk::WebhookRequest&) const override {
        return std::vector<sdk::EventSlice>{};
    }
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest&, const sdk::Secrets&) const override {
        return sdk::Done{};
    }
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent&,
                                                    const sdk::Account&) const override {
        return std::vector<sdk::Record>{};
    }
};

/// A platform that fails in the ways its accounts are named after, without a network.
class MoodyPlugin final : public sdk::Plugin {
public:
    const sdk::ConnectFlow* connectFlow() const noexcept override { return &connect_; }
    const sdk::Subscriptions* subscriptions() const noexcept override { return &subscriptions_; }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }

private:
    MoodyConnect connect_;
    MoodySubscriptions subscriptions_;
    MoodyWebhooks webhooks_;
};

}  // namespace souk::contract
