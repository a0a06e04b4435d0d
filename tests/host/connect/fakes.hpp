#pragma once

#include "connect/credentials.hpp"
#include "core/log.hpp"
#include "host/net/fake_time.hpp"
#include "loader/session.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/plugin.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace souk::connect::testing {

inline sdk::Error refusal(sdk::ErrorKind kind, const std::string& message) {
    return {kind, message};
}

/// A platform that does what the test says. Unset steps succeed.
class FakePlugin final : public sdk::Plugin, public sdk::ConnectFlow, public sdk::Subscriptions {
public:
    const sdk::ConnectFlow* connectFlow() const noexcept override { return this; }
    const sdk::Subscriptions* subscriptions() const noexcept override {
        return hasSubscriptions ? this : nullptr;
    }

    sdk::Result<sdk::Fields> checkForm(const sdk::Fields& form) const override {
        if (formError) return *formError;
        auto checked = form;
        if (!askedAccount.empty()) checked["account"] = askedAccount;
        return checked;
    }
    sdk::Result<std::string> authorizeUrl(const sdk::ConnectStart& start,
                                          const sdk::Secrets& app) const override {
        const auto id = SOUK_TRY(app.find("client_id"));
        return "https://platform.test/authorize?client_id=" + std::string(id.reveal()) +
               "&state=" + start.state + "&challenge=" + start.codeChallenge +
               "&redirect=" + start.redirectUri;
    }
    sdk::Result<sdk::Done> verifyCallback(const sdk::ConnectStart&,
                                          const sdk::Fields&,
                                          const sdk::Secrets&,
                                          sdk::Timestamp) const override {
        if (verifyError) return *verifyError;
        return sdk::Done{};
    }
    sdk::Result<sdk::Grant> complete(sdk::Context&,
                                     const sdk::ConnectStart& start,
                                     const sdk::Fields&) const override {
        completedWith = start;
        if (completeThrows) throw std::runtime_error("boom");
        if (completeError) return *completeError;
        return grant;
    }
    sdk::Result<std::vector<sdk::Choice>> choices(sdk::Context&,
                                                  const sdk::ConnectStart&) const override {
        return offered;
    }
    sdk::Result<sdk::Grant> settle(sdk::Context&,
                                   const sdk::ConnectStart& start,
                                   sdk::Grant kept) const override {
        settledWith = start.form;
        for (const auto& [name, secret] : settledSecrets)
            kept.secrets.emplace(name, sdk::Secret(secret));
        return kept;
    }
    sdk::Result<sdk::Account> probe(sdk::Context&, const sdk::ConnectStart&) const override {
        if (probeError) return *probeError;
        return account;
    }
    sdk::Result<sdk::Grant> refresh(sdk::Context&, const sdk::Grant& old) const override {
        std::function<sdk::Result<sdk::Grant>(const sdk::Grant&)> act;
        {
            const std::lock_guard lock(mutex);
            ++refreshes;
            act = onRefresh;
        }
        if (act) return act(old);
        return sdk::Error{sdk::ErrorKind::Unsupported, "no refresh"};
    }
    sdk::Result<sdk::Done> revoke(sdk::Context&) const override {
        ++revokes;
        if (revokeError) return *revokeError;
        return sdk::Done{};
    }

    std::vector<std::string> wanted(const sdk::Account&) const override { return wantedTopics; }
    sdk::Result<std::vector<sdk::Subscription>> list(sdk::Context&) const override {
        if (listError) return *listError;
        return held;
    }
    sdk::Result<sdk::Subscription> create(sdk::Context&,
                                          std::string_view topic,
                                          std::string_view address) const override {
        if (createError && createError->first == topic) return createError->second;
        held.push_back({"new-" + std::string(topic), std::string(topic), std::string(address)});
        return held.back();
    }
    sdk::Result<sdk::Done> remove(sdk::Context&, std::string_view externalId) const override {
        if (removeError) return *removeError;
        std::erase_if(held, [&](const auto& one) { return one.externalId == externalId; });
        return sdk::Done{};
    }

    bool hasSubscriptions = true;
    std::string askedAccount;
    std::optional<sdk::Error> formError, verifyError, completeError, probeError, revokeError,
        listError, removeError;
    std::optional<std::pair<std::string, sdk::Error>> createError;
    bool completeThrows = false;
    sdk::Grant grant;
    sdk::Account account;
    std::function<sdk::Result<sdk::Grant>(const sdk::Grant&)> onRefresh;
    std::vector<std::string> wantedTopics{"products/update", "orders/create"};
    mutable std::vector<sdk::Subscription> held;
    mutable sdk::ConnectStart completedWith;
    std::vector<sdk::Choice> offered;
    mutable sdk::Fields settledWith;
    std::map<std::string, std::string> settledSecrets;
    mutable int refreshes = 0;
    mutable int revokes = 0;
    mutable std::mutex mutex;
};

class NoHttp final : public sdk::Http {
public:
    sdk::Result<sdk::HttpReply> send(const sdk::HttpRequest&) override {
        return sdk::Error{sdk::ErrorKind::Transient, "there is no network in this test"};
    }
};

class FakeSecrets final : public sdk::Secrets {
public:
    sdk::Result<sdk::Secret> find(std::string_view name) const override {
        if (name == "client_id") return sdk::Secret("the-client");
        return sdk::Error{sdk::ErrorKind::NotFound, "no such secret"};
    }
    std::vector<sdk::Secret> all(std::string_view) const override { return {}; }
};

class FakeSessions final : public loader::Sessions {
public:
    FakeSessions(const loader::LoadedPlugin& plugin, const sdk::Clock& clock, core::Log& log)
        : plugin_(plugin), clock_(clock), log_(log) {}

    sdk::Result<std::unique_ptr<loader::Session>> open(const store::IntegrationRow& integration,
                                                       loader::Priority) override {
        return make(integration);
    }
    sdk::Result<std::unique_ptr<loader::Session>> openUnstored(
        const store::IntegrationRow& integration, const std::optional<sdk::Grant>& grant) override {
        if (grant) lastProbed = std::string(grant->accessToken.reveal());
        return make(integration);
    }
    sdk::Result<std::unique_ptr<sdk::Secrets>> secrets(const std::string&,
                                                       const std::optional<core::Uuid>&) override {
        return std::unique_ptr<sdk::Secrets>(std::make_unique<FakeSecrets>());
    }
    bool loaded = true;
    std::string lastProbed;

private:
    class FakeSession final : public loader::Session {
    public:
        FakeSession(const FakeSessions& all, sdk::Account account)
            : all_(all), account_(std::move(account)) {}
        sdk::Context context(std::stop_token stop) override {
            return {account_, http_, secrets_, all_.clock_, all_.log_, std::move(stop)};
        }
        const loader::LoadedPlugin& plugin() const override { return all_.plugin_; }

    private:
        const FakeSessions& all_;
        sdk::Account account_;
        NoHttp http_;
        FakeSecrets secrets_;
    };
    sdk::Result<std::unique_ptr<loader::Session>> make(const store::IntegrationRow& integration) {
        if (!loaded)
            return sdk::Error{sdk::ErrorKind::Unsupported,
                              "The plugin " + integration.platform + " is not loaded."};
        return std::unique_ptr<loader::Session>(
            std::make_unique<FakeSession>(*this, integration.account));
    }

    const loader::LoadedPlugin& plugin_;
    const sdk::Clock& clock_;
    core::Log& log_;
};

/// A database, a vault, one store and the fake platform "example" with two scopes and one field.
struct Hub {
    Hub()
        : url(test::TestDatabase::instance().freshUrl()),
          database(std::make_unique<store::Database>(url, store::PoolLimits())),
          storeId(test::insertStore(*database)),
          plugin(std::make_shared<FakePlugin>()),
          sessions(loaded, time, log) {
        test::insertVaultKey(*database);
        auto& manifest = loaded.manifest;
        manifest.domain = "example";
        manifest.name = "Example";
        manifest.scopes = {"read_products", "read_orders"};
        manifest.connect.kind = loader::Manifest::ConnectKind::OAuth;
        loader::Manifest::Field shop;
        shop.name = "shop";
        shop.label = "Shop address";
        shop.pattern = "[a-z]+\\.example\\.test";
        manifest.connect.fields = {shop};
        loaded.plugin = plugin;
        plugin->grant = grantOf("access-1", "refresh-1");
        plugin->account.externalId = "account-9";
        plugin->account.title = "Shop nine";
    }

    sdk::Grant grantOf(const std::string& access, const std::string& refresh) const {
        sdk::Grant made;
        made.accessToken = sdk::Secret(access);
        made.refreshToken = sdk::Secret(refresh);
        made.expiresAt = time.now() + std::chrono::hours(1);
        made.refreshExpiresAt = time.now() + std::chrono::hours(24 * 90);
        made.scopes = {"read_products", "read_orders"};
        return made;
    }

    store::IntegrationRow add(const std::string& config = R"({"shop":"a.example.test"})") const {
        auto tx = database->forStore(storeId);
        auto made = store::Integrations::create(tx, storeId, {"example", "", config});
        CPPUNIT_ASSERT(made);
        tx.commit();
        return *std::move(made);
    }
    store::IntegrationRow row(const core::Uuid& id) const {
        auto tx = database->asWorker();
        auto found = store::Integrations::find(tx, id);
        CPPUNIT_ASSERT(found);
        return *std::move(found);
    }
    /// A connected integration with a credential.
    net::AccountKey connected(const KeptGrant& kept) const {
        const net::AccountKey key{storeId, test::insertIntegration(*database, storeId)};
        auto tx = database->forStore(storeId);
        credentials.save(tx, key, kept, time.now());
        tx.commit();
        return key;
    }
    std::optional<Credential> credential(const net::AccountKey& key) const {
        auto tx = database->forStore(storeId);
        auto found = credentials.find(tx, key);
        CPPUNIT_ASSERT(found);
        return *std::move(found);
    }
    std::int64_t count(std::string_view sql) const {
        auto tx = database->asOwner();
        return tx.query(sql)[0].integer("n");
    }

    net::testing::FakeTime time;
    std::string logged;
    core::Log log{
        time, core::Log::Format::Json, sdk::LogLevel::Debug, [this](std::string_view line) {
            const std::lock_guard lock(logMutex);
            logged.append(line);
        }};
    std::mutex logMutex;
    std::string url;
    std::unique_ptr<store::Database> database;
    core::Uuid storeId;
    vault::Vault vault = *vault::Vault::make({{"k001", sdk::Secret(std::string(32, 'k'))}}, "k001");
    Credentials credentials{vault};
    std::shared_ptr<FakePlugin> plugin;
    loader::LoadedPlugin loaded;
    FakeSessions sessions;
};

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace souk::connect::testing
