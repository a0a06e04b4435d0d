#pragma once

#include "connect/admission.hpp"
#include "connect/service.hpp"
#include "connect/states.hpp"
#include "document.hpp"
#include "host/connect/fakes.hpp"
#include "host/intake/records.hpp"
#include "host/messages/fake_messenger.hpp"
#include "host/publish/fake_market.hpp"
#include "host/webhooks/fake_platform.hpp"
#include "intake/intake.hpp"
#include "store/api_tokens.hpp"
#include "support/raw_http.hpp"
#include "support/test_database.hpp"
#include "web/api/routes.hpp"
#include "web/front/server.hpp"
#include "webhooks/ledger.hpp"

#include <souk/sdk/crypto.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace souk::web::test {

using connect::testing::contains;
using support::RawAnswer;
using support::RawHttp;
using namespace std::chrono_literals;

/// Never asked for a page here: runs are only queued.
class NoSource final : public sdk::SyncSource {
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

/// The platform "example": connects, has subscriptions, delivers webhooks, can be synced, written
/// to and published on.
class FakePlatform final : public sdk::Plugin {
public:
    const sdk::ConnectFlow* connectFlow() const noexcept override { return &flow; }
    const sdk::Subscriptions* subscriptions() const noexcept override {
        return flow.subscriptions();
    }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &handler; }
    const sdk::SyncSource* sync(sdk::Entity) const noexcept override { return &source; }
    const sdk::Publisher* publisher() const noexcept override { return &market; }
    const sdk::Messenger* messenger() const noexcept override { return &messenger_; }

    souk::test::FakeMarket market;
    connect::testing::FakePlugin flow;
    webhooks::FakeHandler handler;
    NoSource source;

private:
    souk::test::FakeMessenger messenger_;
};

/// As those of connect's tests, with secrets that sign webhooks.
class FakeSessions final : public loader::Sessions {
public:
    FakeSessions(const loader::LoadedPlugin& plugin, const sdk::Clock& clock, core::Log& log)
        : sessions_(plugin, clock, log) {}
    sdk::Result<std::unique_ptr<loader::Session>> open(const store::IntegrationRow& integration,
                                                       loader::Priority priority) override {
        return sessions_.open(integration, priority);
    }
    sdk::Result<std::unique_ptr<loader::Session>> openUnstored(
        const store::IntegrationRow& integration, const std::optional<sdk::Grant>& grant) override {
        return sessions_.openUnstored(integration, grant);
    }
    sdk::Result<std::unique_ptr<sdk::Secrets>> secrets(const std::string&,
                                                       const std::optional<core::Uuid>&) override {
        return std::unique_ptr<sdk::Secrets>(
            std::make_unique<webhooks::FakeSecrets>(std::vector<std::string>{"app-secret"}));
    }

private:
    connect::testing::FakeSessions sessions_;
};

inline loader::LoadedPlugin examplePlugin(const std::shared_ptr<FakePlatform>& platform) {
    loader::LoadedPlugin loaded;
    loaded.plugin = platform;
    auto& manifest = loaded.manifest;
    manifest.domain = "example";
    manifest.name = "Example";
    manifest.version = "1.2.3";
    manifest.documentation = "https://example.test/docs";
    manifest.capabilities = {"connect", "webhooks", "subscriptions"};
    manifest.scopes = {"read_products", "read_orders"};
    manifest.messages.outsideWindow = {"template"};
    manifest.sync.entities = {sdk::Entity::Customer, sdk::Entity::Product, sdk::Entity::Order};
    manifest.webhooks.maxBodyBytes = 2048;
    manifest.connect.kind = loader::Manifest::ConnectKind::OAuth;
    loader::Manifest::Field shop;
    shop.name = "shop";
    shop.label = "Shop address";
    shop.pattern = "[a-z]+\\.example\\.test";
    loader::Manifest::Field secret;
    secret.name = "pin";
    secret.label = "PIN";
    secret.secret = true;
    secret.required = false;
    manifest.connect.fields = {shop, secret};
    return loaded;
}

struct HubOptions {
    std::size_t streamClients = 16;
    std::chrono::milliseconds heartbeat = 15s;
    std::size_t queue = 1000;
    loader::Manifest::ConnectKind kind = loader::Manifest::ConnectKind::OAuth;
};

/// The whole API over the real server on loopback and a database of its own; only the platform is
/// played. Every answer that ask() brings is held against openapi.json.
class ApiHub {
public:
    explicit ApiHub(const HubOptions& wanted = {}) : options(wanted) {
        souk::test::insertVaultKey(*database);
        platform->flow.grant.accessToken = sdk::Secret("platform-access-token");
        platform->flow.grant.scopes = {"read_products", "read_orders"};
        platform->flow.account.externalId = "account-9";
        platform->flow.account.title = "Shop <nine> & sons";
        addRoutes(router, services);
        Limits limits;
        limits.bodyBytes = 4096;
        limits.bodyBytesFor = [this](std::string_view path) {
            return bodyLimit(catalog, path, 5 * kKilobyte, 4096);
        };
        server = std::make_unique<Server>(
            "127.0.0.1:0", limits, [this](Request request, Responder responder) {
                router.handle(std::move(request), std::move(responder));
            });
        CPPUNIT_ASSERT(server->start());
        feed.start();
    }
    ~ApiHub() {
        stream.stop();
        server->stop(0ms);
        pool.stop();
        feed.stop();
    }
    ApiHub(const ApiHub&) = delete;
    ApiHub& operator=(const ApiHub&) = delete;

    /// A token of a role, for one store or for all.
    std::string token(const std::string& role,
                      const std::optional<core::Uuid>& store = std::nullopt) {
        const auto issued = issueToken();
        store::ApiToken wanted;
        wanted.id = core::newId();
        wanted.storeId = store;
        wanted.name = role;
        wanted.role = role;
        auto tx = database->asWorker();
        store::ApiTokens::create(tx, wanted, issued.hash);
        tx.commit();
        return issued.token;
    }

    struct Asked {
        std::string method = "GET";
        std::string target;
        std::string token;  ///< none: no Authorization header
        std::optional<std::string> body;
        sdk::Headers headers;
    };
    std::string bytesOf(const Asked& asked) const {
        std::string bytes = asked.method + " " + asked.target + " HTTP/1.1\r\nHost: hub.test\r\n";
        if (!asked.token.empty()) bytes += "Authorization: Bearer " + asked.token + "\r\n";
        if (asked.body) {
            if (!asked.headers.contains("Content-Type"))
                bytes += "Content-Type: application/json\r\n";
            bytes += "Content-Length: " + std::to_string(asked.body->size()) + "\r\n";
        } else if (asked.method == "POST") {
            bytes += "Content-Length: 0\r\n";
        }
        for (const auto& [name, value] : asked.headers) bytes += name + ": " + value + "\r\n";
        return bytes + "\r\n" + asked.body.value_or("");
    }
    RawAnswer ask(const Asked& asked) {
        auto answer = support::ask(server->port(), bytesOf(asked));
        CPPUNIT_ASSERT_MESSAGE(asked.target + ": " + answer.text, answer.complete);
        verify(asked, answer);
        return answer;
    }
    RawAnswer get(const std::string& target,
                  const std::string& bearer = "",
                  const sdk::Headers& headers = {}) {
        return ask({"GET", target, bearer, std::nullopt, headers});
    }
    RawAnswer post(const std::string& target,
                   const std::string& bearer,
                   const std::optional<std::string>& body = std::nullopt,
                   const sdk::Headers& headers = {}) {
        return ask({"POST", target, bearer, body, headers});
    }

    core::Uuid addStore(const std::string& name) {
        return souk::test::insertStore(*database, name);
    }
    core::Uuid addIntegration(const core::Uuid& store,
                              const std::string& account = "shop-1",
                              const std::string& status = "connected") {
        return souk::test::insertIntegration(*database, store, "example", account, status);
    }
    /// Records into the tables, as sync brings them.
    void take(const core::Uuid& store,
              const core::Uuid& integration,
              const std::vector<sdk::Record>& records) {
        intake::Source source;
        source.storeId = store;
        source.integrationId = integration;
        source.integrationName = "example";
        source.cause = intake::Source::Cause::Sync;
        source.causeId = core::newId();
        source.now = time.now();
        auto tx = database->forStore(store);
        intake::apply(tx, source, records, {});
        tx.commit();
    }
    /// One signed delivery of one event.
    RawAnswer deliver(const std::string& account,
                      const std::string& key,
                      const std::string& topic = "customers/update",
                      const sdk::Headers& headers = {{"X-Signature", "app-secret"}}) {
        return ask({"POST",
                    "/api/webhooks/example",
                    "",
                    R"({"events":[{"account":")" + account + R"(","key":")" + key +
                        R"(","topic":")" + topic + "\"}]}",
                    headers});
    }
    std::int64_t count(const std::string& tableAndCondition) {
        const auto sql = "SELECT count(*) AS n FROM " + tableAndCondition;
        auto tx = database->asOwner();
        return tx.query(sql)[0].integer("n");
    }
    std::string logged() {
        const std::lock_guard lock(logMutex);
        return logText;
    }

    HubOptions options;
    net::testing::FakeTime time;
    std::mutex logMutex;
    std::string logText;
    core::Log log{
        time, core::Log::Format::Json, sdk::LogLevel::Debug, [this](std::string_view line) {
            const std::lock_guard lock(logMutex);
            logText.append(line);
        }};
    core::Metrics metrics;
    std::string url = souk::test::TestDatabase::instance().freshUrl();
    std::unique_ptr<store::Database> database =
        std::make_unique<store::Database>(url, store::PoolLimits());
    vault::Vault vault = *vault::Vault::make({{"k001", sdk::Secret(std::string(32, 'k'))}}, "k001");
    connect::Credentials credentials{vault};
    std::shared_ptr<FakePlatform> platform = std::make_shared<FakePlatform>();
    loader::LoadedPlugin plugin = [this] {
        auto made = examplePlugin(platform);
        made.manifest.connect.kind = options.kind;
        return made;
    }();
    loader::Catalog catalog{std::vector<loader::LoadedPlugin>{plugin}};
    FakeSessions sessions{plugin, time, log};
    connect::Admission admission{
        *database,
        credentials,
        sessions,
        time,
        log,
        [this](store::Transaction&, const store::IntegrationRow&) { ++firstSyncs; }};
    int firstSyncs = 0;
    connect::ConnectService connect{*database,
                                    credentials,
                                    connect::States(vault),
                                    admission,
                                    sessions,
                                    time,
                                    "https://hub.test"};
    messages::Outbox outbox{*database, catalog, time};
    publish::PublishService publishing{*database, catalog, time};
    privacy::PrivacyTools privacyTools{
        *database,
        credentials,
        [](std::string_view person) { return sdk::hex(sdk::hmacSha256("key", person)); },
        time,
        log};
    privacy::PrivacyService privacy{privacyTools};
    sync::SyncService sync{*database, catalog, time};
    webhooks::Inbox inbox{*database, time, log, metrics, {}};
    webhooks::Receiver receiver{*database,
                                catalog,
                                sessions,
                                inbox,
                                [](std::string_view person) { return std::string(person); },
                                "https://hub.test",
                                time,
                                log,
                                metrics};
    events::Feed feed{*database, url, {}, log, {100ms, 500}};
    EventStream stream{feed, options.streamClients, options.heartbeat};
    Authenticator authenticator{*database, time};
    Idempotency idempotency{*database, vault, time};
    WorkerPool pool{4, options.queue};
    Router router{authenticator, idempotency, pool, log, metrics};
    std::atomic<bool> retired{false};
    Services services{*database,
                      time,
                      log,
                      metrics,
                      catalog,
                      sessions,
                      receiver,
                      sync,
                      connect,
                      outbox,
                      publishing,
                      privacy,
                      "https://hub.test",
                      stream,
                      pool,
                      retired};
    std::unique_ptr<Server> server;
    /// Statuses met, by operation ("GET /api/v1/stores").
    std::map<std::string, std::set<int>> met;

private:
    void verify(const Asked& asked, const RawAnswer& answer) {
        const auto* operation = Document::instance().find(asked.method, asked.target);
        if (operation == nullptr) return;
        met[operation->method + " " + operation->path].insert(answer.status);
        std::string told;
        for (const auto& fault : Document::instance().check(*operation, answer))
            told += "\n  " + fault;
        CPPUNIT_ASSERT_MESSAGE(
            asked.method + " " + asked.target + " is not as described:" + told + "\n" + answer.text,
            told.empty());
    }
};

/// The answer's body; fails when it is not JSON.
inline sdk::Json jsonOf(const RawAnswer& answer) {
    auto json = sdk::Json::parse(answer.body);
    CPPUNIT_ASSERT_MESSAGE(answer.text, static_cast<bool>(json));
    return *std::move(json);
}
/// A member of the body as text.
inline std::string in(const RawAnswer& answer, const std::string& member) {
    return jsonOf(answer).textOr(member, "(none)");
}
inline std::vector<sdk::Json> dataOf(const RawAnswer& answer) {
    auto items = jsonOf(answer).items("data");
    CPPUNIT_ASSERT_MESSAGE(answer.text, static_cast<bool>(items));
    return *std::move(items);
}
inline std::string header(const RawAnswer& answer, std::string_view name) {
    return std::string(sdk::valueOf(answer.headers, name));
}

/// The answer, which must have this status.
inline RawAnswer expectStatus(int status, RawAnswer answer) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.text, status, answer.status);
    return answer;
}

}  // namespace souk::web::test
