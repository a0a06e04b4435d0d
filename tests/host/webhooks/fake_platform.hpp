#pragma once

#include "loader/catalog.hpp"
#include "loader/session.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/plugin.hpp>
#include <souk/sdk/time.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace souk::webhooks {

/// A platform whose deliveries are lines "account key topic rest…", signed by a header.
class FakeHandler final : public sdk::WebhookHandler {
public:
    sdk::Result<std::string> challenge(const sdk::WebhookRequest& request,
                                       const sdk::Secrets&) const override {
        if (request.query == "hub.challenge=42") return std::string("42");
        return sdk::Error{sdk::ErrorKind::Unauthorized, "wrong verify token"};
    }
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override {
        const auto json = SOUK_TRY(sdk::Json::parse(request.body));
        std::vector<sdk::EventSlice> slices;
        for (const auto& item : SOUK_TRY(json.items("events"))) {
            slices.push_back({item.textOr("account", ""),
                              item.textOr("key", ""),
                              item.textOr("topic", ""),
                              std::string(item.raw()),
                              std::nullopt,
                              {}});
            for (const auto* const member : {"person", "other"})
                if (item.has(member)) slices.back().people.push_back(item.textOr(member, ""));
        }
        return slices;
    }
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest& request,
                                  const sdk::Secrets& secrets) const override {
        for (const auto& secret : secrets.all("client_secret"))
            if (sdk::valueOf(request.headers, "X-Signature") == secret.reveal()) return sdk::Done{};
        return sdk::Error{sdk::ErrorKind::Unauthorized, "signature does not match"};
    }
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account&) const override {
        ++translated;
        if (event.topic == "bad") return sdk::Error{sdk::ErrorKind::BadPayload, "title: missing"};
        if (event.topic == "throws") throw std::runtime_error("boom");
        if (event.topic == "hangs")
            for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
        if (event.topic == "nothing") return std::vector<sdk::Record>{};
        const auto json = SOUK_TRY(sdk::Json::parse(event.body));
        sdk::Customer customer;
        customer.externalId = json.textOr("id", "1");
        customer.firstName = json.textOr("name", "");
        customer.updatedAt =
            SOUK_TRY(sdk::timestampFrom(json.textOr("at", "2026-11-01T00:00:00Z")));
        return std::vector<sdk::Record>{customer};
    }

    sdk::Result<std::string> answer(const sdk::WebhookRequest& request,
                                    const sdk::StatusPage& page) const override {
        if (request.body.find("\"erase\"") == std::string::npos) return std::string();
        return sdk::JsonWriter()
            .object()
            .key("url")
            .text(page.url)
            .key("confirmation_code")
            .text(page.code)
            .end()
            .take();
    }

    mutable std::atomic<int> translated{0};
};

class FakePlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &handler; }
    FakeHandler handler;
};

class FakeSecrets final : public sdk::Secrets {
public:
    explicit FakeSecrets(std::vector<std::string> values) : values_(std::move(values)) {}
    sdk::Result<sdk::Secret> find(std::string_view) const override {
        return sdk::Secret(values_.front());
    }
    std::vector<sdk::Secret> all(std::string_view) const override {
        std::vector<sdk::Secret> secrets;
        for (const auto& value : values_) secrets.emplace_back(value);
        return secrets;
    }

private:
    std::vector<std::string> values_;
};

/// Only secrets are asked for by this room.
class FakeSessions final : public loader::Sessions {
public:
    sdk::Result<std::unique_ptr<loader::Session>> open(const store::IntegrationRow&,
                                                       loader::Priority) override {
        return sdk::Error{sdk::ErrorKind::Unsupported, "no session here"};
    }
    sdk::Result<std::unique_ptr<loader::Session>> openUnstored(
        const store::IntegrationRow&, const std::optional<sdk::Grant>&) override {
        return sdk::Error{sdk::ErrorKind::Unsupported, "no session here"};
    }
    sdk::Result<std::unique_ptr<sdk::Secrets>> secrets(const std::string&,
                                                       const std::optional<core::Uuid>&) override {
        ++asked;
        return std::unique_ptr<sdk::Secrets>(std::make_unique<FakeSecrets>(values));
    }

    sdk::Result<std::unique_ptr<sdk::Secrets>> secretsOf(
        const store::IntegrationRow& integration) override {
        const auto own = ownValues.find(integration.id);
        if (own == ownValues.end()) return secrets(integration.platform, integration.storeId);
        return std::unique_ptr<sdk::Secrets>(std::make_unique<FakeSecrets>(own->second));
    }

    std::vector<std::string> values{"new-secret", "old-secret"};
    std::map<core::Uuid, std::vector<std::string>> ownValues;  ///< of single integrations
    std::atomic<int> asked{0};
};

/// Moved by hand.
class HandClock final : public sdk::Clock {
public:
    sdk::Timestamp now() const override {
        return sdk::Timestamp(std::chrono::microseconds(at.load()));
    }
    void advance(std::chrono::microseconds time) { at += time.count(); }
    std::atomic<std::int64_t> at{1'795'000'000'000'000};
};

inline loader::Catalog catalogWith(const std::shared_ptr<FakePlugin>& plugin) {
    loader::LoadedPlugin loaded;
    loaded.manifest.domain = "example";
    loaded.plugin = plugin;
    return loader::Catalog(std::vector<loader::LoadedPlugin>{loaded});
}

}  // namespace souk::webhooks
