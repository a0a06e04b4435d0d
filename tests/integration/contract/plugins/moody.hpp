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
    /// Accounts named "choose…" hold several shelves, most of them in trouble.
    sdk::Result<std::vector<sdk::Choice>> choices(sdk::Context&,
                                                  const sdk::ConnectStart& start) const override {
        std::vector<sdk::Choice> offered;
        if (!start.form.at("account").starts_with("choose")) return offered;
        sdk::Choice shelf{"shelf", "Shelf", {{"good", "A good one"}}};
        for (const auto* kind : {"unauthorized",
                                 "rate_limited",
                                 "transient",
                                 "bad_payload",
                                 "rejected",
                                 "not_found",
                                 "unsupported",
                                 "bug"})
            shelf.options.push_back({std::string("settle-") + kind, kind});
        offered.push_back(std::move(shelf));
        return offered;
    }
    sdk::Result<sdk::Grant> settle(sdk::Context&,
                                   const sdk::ConnectStart& start,
                                   sdk::Grant grant) const override {
        const auto shelf = start.form.find("shelf");
        if (shelf != start.form.end())
            if (auto error = trouble(shelf->second, "settle")) return *error;
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

/// Takes whatever it is handed, and shows nothing.
class MoodyPublisher final : public sdk::Publisher {
public:
    sdk::Result<sdk::Receipt> publish(sdk::Context&,
                                      const std::vector<sdk::OfferChange>& batch,
                                      std::string_view) const override {
        sdk::Receipt receipt;
        for (const auto& change : batch)
            receipt.outcomes.push_back({change.offer.externalId, sdk::OfferState::Live, ""});
        return receipt;
    }
    sdk::Result<sdk::ShownPage> shown(sdk::Context&, const sdk::Cursor&) const override {
        sdk::ShownPage page;
        page.last = true;
        return page;
    }
    sdk::Result<std::vector<sdk::ShownOffer>> look(sdk::Context&,
                                                   const std::vector<std::string>&) const override {
        return std::vector<sdk::ShownOffer>{};
    }
};

class MoodyMessenger final : public sdk::Messenger {
public:
    sdk::Result<sdk::Done> check(const sdk::OutgoingMessage&) const override { return sdk::Done{}; }
    sdk::Result<sdk::Sent> send(sdk::Context&, const sdk::OutgoingMessage& message) const override {
        return sdk::Sent{"sent-" + message.correlation};
    }
};

/// Believes whoever says so; its deliveries hold no events but requests to erase.
class MoodyWebhooks final : public sdk::WebhookHandler {
public:
    sdk::Result<std::string> challenge(const sdk::WebhookRequest& request,
                                       const sdk::Secrets&) const override {
        if (request.query == "token=right&challenge=42") return std::string("42");
        return sdk::Error{sdk::ErrorKind::Unauthorized, "The verify token is not ours."};
    }
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override {
        std::vector<sdk::EventSlice> events;
        if (request.body == kErasure)
            events.push_back({"nobody", "erasure", "erase", "", std::nullopt, {}});
        return events;
    }
    sdk::Result<std::string> answer(const sdk::WebhookRequest& request,
                                    const sdk::StatusPage& page) const override {
        if (request.body != kErasure) return std::string();
        return R"({"url":")" + page.url + R"(","confirmation_code":")" + page.code + "\"}";
    }
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest&, const sdk::Secrets&) const override {
        return sdk::Done{};
    }
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent&,
                                                    const sdk::Account&) const override {
        return std::vector<sdk::Record>{};
    }

private:
    static constexpr std::string_view kErasure = R"({"erase":true})";
};

/// A platform that fails in the ways its accounts are named after, without a network.
class MoodyPlugin : public sdk::Plugin {
public:
    const sdk::ConnectFlow* connectFlow() const noexcept override { return &connect_; }
    const sdk::Subscriptions* subscriptions() const noexcept override { return &subscriptions_; }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::Publisher* publisher() const noexcept override { return &publisher_; }
    const sdk::Messenger* messenger() const noexcept override { return &messenger_; }

private:
    MoodyConnect connect_;
    MoodySubscriptions subscriptions_;
    MoodyWebhooks webhooks_;
    MoodyPublisher publisher_;
    MoodyMessenger messenger_;
};

}  // namespace souk::contract
