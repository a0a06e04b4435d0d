#pragma once

#include "core/clock.hpp"
#include "core/log.hpp"
#include "loader/catalog.hpp"
#include "store/api_tokens.hpp"
#include "store/integrations.hpp"
#include "support/hub_process.hpp"
#include "support/raw_http.hpp"
#include "support/test_database.hpp"
#include "sync/service.hpp"
#include "web/access.hpp"
#include "webhooks/inbox.hpp"
#include "webhooks/ledger.hpp"

#include <cppunit/TestAssert.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace souk::test {

/// Looks again and again whether something is so, for as long as a process gets.
inline bool becomes(const std::function<bool()>& so) {
    const auto end = std::chrono::steady_clock::now() + HubProcess::kPatience;
    while (!so()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

/// A real `souk serve` with the bad plugins.
class Host {
public:
    Host(const std::string& databaseUrl, std::vector<std::string> settings)
        : process_(databaseUrl, withBadPlugins(std::move(settings))) {}

    /// True when it ended before `so` came about.
    bool endedBefore(const std::function<bool()>& so) {
        bool came = false;
        const bool either = becomes([&] { return process_.hasEnded() || (came = so()); });
        CPPUNIT_ASSERT_MESSAGE("neither ended nor did what it should:\n" + process_.log(), either);
        return !came;
    }
    /// Asks it to stop; its exit code.
    int stop() {
        process_.signal(SIGTERM);
        return exitCode();
    }
    /// Once it has ended by itself; -1: by a signal.
    int exitCode() { return process_.awaitEnd(); }
    std::uint16_t port() {
        if (process_.port() == 0) process_.awaitReady();
        return process_.port();
    }
    std::string log() const { return process_.log(); }

private:
    static std::vector<std::string> withBadPlugins(std::vector<std::string> settings) {
        settings.emplace_back("plugins.folder=" SOUK_BUILD_DIR "/bad_plugins");
        settings.emplace_back("shutdown.lame_duck=0s");
        return settings;
    }
    HubProcess process_;
};

/// A store and its database as the hosts of a test find it, and as the test looks at it.
class World {
public:
    core::Uuid integration(const std::string& platform, const std::string& account) {
        return insertIntegration(*database, store, platform, account);
    }

    /// Stores one event as a host does that received it. Its customer is `id`.
    void put(const core::Uuid& integration, const std::string& topic, const std::string& id) {
        webhooks::NewEvent event;
        event.id = core::newId();
        event.storeId = store;
        event.integrationId = integration;
        event.platform = row(integration).platform;
        event.topic = topic;
        event.key = id;
        event.account = row(integration).account.externalId;
        event.headers = "{}";
        event.body = R"({"id":")" + id + "\"}";
        webhooks::Inbox inbox(*database, clock, log, metrics, {});
        std::promise<bool> durable;
        CPPUNIT_ASSERT(inbox.submit({event}, [&](bool done) { durable.set_value(done); }));
        CPPUNIT_ASSERT(durable.get_future().get());
    }
    core::Uuid startSync(const core::Uuid& integration) {
        sync::SyncRequest wanted;
        wanted.storeId = store;
        wanted.integrationId = integration;
        const auto started = sync::SyncService(*database, catalog, clock).request(wanted);
        CPPUNIT_ASSERT_MESSAGE(started ? "" : started.error().message, bool(started));
        return started->runId;
    }
    sync::RunProgress run(const core::Uuid& id) {
        return *sync::SyncService(*database, catalog, clock).status(store, id);
    }

    store::IntegrationRow row(const core::Uuid& integration) {
        auto tx = database->asWorker();
        return *store::Integrations::find(tx, integration);
    }
    bool isPaused(const core::Uuid& integration) {
        return row(integration).status == store::IntegrationStatus::Paused;
    }
    webhooks::ListedEvent event(const std::string& key) {
        auto tx = database->forStore(store);
        const auto all = webhooks::Ledger::list(tx, {}, {}, 250);
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.key == key; });
        CPPUNIT_ASSERT_MESSAGE(key, found != all.end());
        return *found;
    }
    std::int64_t count(const std::string& tableAndCondition) {
        auto tx = database->asOwner();
        return tx.query("SELECT count(*) AS n FROM " + tableAndCondition)[0].integer("n");
    }
    std::string text(const std::string& sql) {
        auto tx = database->asOwner();
        const auto rows = tx.query(sql);
        return rows.empty() ? "(no row)" : rows[0].textOr("v", "(null)");
    }
    bool allSettled() { return count("webhook WHERE state = 'waiting'") == 0; }

    /// What an administrator's request answers.
    support::RawAnswer post(Host& host, const std::string& target) {
        if (token_.empty()) {
            const auto issued = web::issueToken();
            store::ApiToken wanted;
            wanted.id = core::newId();
            wanted.name = wanted.role = "admin";
            auto tx = database->asWorker();
            store::ApiTokens::create(tx, wanted, issued.hash);
            tx.commit();
            token_ = issued.token;
        }
        return support::ask(host.port(),
                            "POST " + target +
                                " HTTP/1.1\r\nHost: souk.test\r\nAuthorization: Bearer " + token_ +
                                "\r\nContent-Length: 0\r\n\r\n");
    }
    void resume(Host& host, const core::Uuid& integration) {
        const auto answer = post(host, "/api/v1/integrations/" + integration.text() + "/resume");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.text, 200, answer.status);
    }

    std::string url = TestDatabase::instance().freshUrl();
    std::unique_ptr<store::Database> database =
        std::make_unique<store::Database>(url, store::PoolLimits{});
    core::SystemClock clock;
    core::Log log{clock, core::Log::Format::Json, sdk::LogLevel::Error, core::Log::nowhere()};
    core::Metrics metrics;
    loader::Catalog catalog = loader::Catalog::load(SOUK_BUILD_DIR "/bad_plugins", log);
    core::Uuid store = insertStore(*database);

private:
    std::string token_;
};

}  // namespace souk::test
