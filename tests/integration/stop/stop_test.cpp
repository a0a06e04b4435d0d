#include "app/foundation.hpp"
#include "connect/app_secrets.hpp"
#include "jobs/queue.hpp"
#include "support/hub_process.hpp"
#include "support/raw_http.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace souk::test {

using support::RawHttp;
using Milliseconds = std::chrono::duration<double, std::milli>;
using namespace std::chrono_literals;

namespace {

constexpr const char* kSecret = "app-secret";

std::string signedDelivery(const std::string& key) {
    const std::string body = R"({"account":"green-garden","events":[{"id":")" + key +
                             R"(","topic":"customers/updated","at":"2026-11-01T10:00:00Z",)" +
                             R"("data":{"id":")" + key +
                             R"(","created_at":"2026-01-01T00:00:00Z",)" +
                             R"("updated_at":"2026-10-01T00:00:00Z"}}]})";
    return "POST /api/webhooks/example HTTP/1.1\r\nHost: souk.test\r\n"
           "Content-Type: application/json\r\nX-Example-Signature: " +
           sdk::base64(sdk::hmacSha256(kSecret, body)) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A platform that keeps delivering, over connections it keeps: what is not answered 200 is its
/// to send again, here it just goes on with the next event.
class Platform {
public:
    explicit Platform(const std::atomic<std::uint16_t>& port) : port_(port) {
        for (int i = 0; i < 4; ++i)
            senders_.emplace_back([this, i](const std::stop_token& stop) { send(i, stop); });
    }
    std::size_t acknowledged() const {
        const std::lock_guard lock(mutex_);
        return keys_.size();
    }
    void awaitAcknowledged(std::size_t wanted) const {
        const auto deadline = std::chrono::steady_clock::now() + HubProcess::kPatience;
        while (acknowledged() < wanted && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(2ms);
        CPPUNIT_ASSERT(acknowledged() >= wanted);
    }
    std::vector<std::string> stop() {
        senders_.clear();
        return keys_;
    }

private:
    void send(int sender, const std::stop_token& stop) {
        int next = 0;
        while (!stop.stop_requested()) try {
                RawHttp http(port_);
                while (!stop.stop_requested()) {
                    const auto key = std::to_string(sender) + '-' + std::to_string(++next);
                    if (!http.send(signedDelivery(key))) break;
                    const auto answer = http.read();
                    if (!answer.complete) break;
                    if (answer.status != 200) continue;
                    const std::lock_guard lock(mutex_);
                    keys_.push_back(key);
                }
            } catch (const std::runtime_error&) {
                std::this_thread::sleep_for(1ms);  // nobody listens: between two hosts
            }
    }

    const std::atomic<std::uint16_t>& port_;
    mutable std::mutex mutex_;
    std::vector<std::string> keys_;
    std::vector<std::jthread> senders_;
};

}  // namespace

/// `souk serve` as a process, told to stop.
class StopTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StopTest);
    CPPUNIT_TEST(aStopUnderLoadLosesNothing);
    CPPUNIT_TEST(whileBalancersTurnAwayItServesButIsNotReady);
    CPPUNIT_TEST(whatDoesNotEndInTimeIsNamed);
    CPPUNIT_TEST(aSecondSignalHurries);
    CPPUNIT_TEST(aJobThatDoesNotEndGoesToTheNextHost);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        url_ = TestDatabase::instance().emptiedUrl();
        database_ = std::make_unique<store::Database>(url_, store::PoolLimits());
        store_ = insertStore(*database_);
        integration_ = insertIntegration(*database_, store_, "example", "green-garden");
    }
    void tearDown() override { database_.reset(); }

    void aStopUnderLoadLosesNothing() {
        giveAppSecret();
        auto host = std::make_unique<HubProcess>(url_, std::vector{kShortDuck});
        host->awaitReady();
        std::atomic<std::uint16_t> port{host->port()};
        Platform platform(port);
        platform.awaitAcknowledged(200);

        const auto told = std::chrono::steady_clock::now();
        host->signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(host->log(), 0, host->awaitEnd());
        const Milliseconds stopped = std::chrono::steady_clock::now() - told;
        const auto before = platform.acknowledged();

        const auto began = std::chrono::steady_clock::now();
        host = std::make_unique<HubProcess>(url_, std::vector{kShortDuck});
        host->awaitReady();
        const Milliseconds started = std::chrono::steady_clock::now() - began;
        port = host->port();
        platform.awaitAcknowledged(before + 100);
        const auto keys = platform.stop();
        std::cerr << "\n  stopped under load in " << stopped.count() << " ms, ready again "
                  << started.count() << " ms after its start; " << keys.size()
                  << " deliveries acknowledged\n";

        awaitCount("webhook WHERE state = 'waiting'", 0);
        auto tx = database_->asOwner();
        const auto lost = tx.query(
            "SELECT k FROM unnest($1::text[]) AS k WHERE (SELECT count(*) FROM webhook w "
            "WHERE w.key = k AND w.state = 'done') <> 1 OR NOT EXISTS (SELECT FROM customer c "
            "WHERE c.external_id = k)",
            keys);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(host->log(), std::size_t{0}, lost.size());
        host->signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(host->log(), 0, host->awaitEnd());
    }

    void whileBalancersTurnAwayItServesButIsNotReady() {
        HubProcess host(url_, {"shutdown.lame_duck=10m"});
        host.awaitReady();
        CPPUNIT_ASSERT_EQUAL(200, get(host, "/readyz"));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT(host.awaitLog("stopping"));
        awaitTrue([&] { return get(host, "/readyz") == 503; });
        CPPUNIT_ASSERT_EQUAL(200, get(host, "/healthz"));
        CPPUNIT_ASSERT_EQUAL(200, get(host, "/openapi.json"));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(host.log(), 0, host.awaitEnd());
    }

    void whatDoesNotEndInTimeIsNamed() {
        HubProcess host(url_, {kNoDuck, "shutdown.drain=1s", kLongLock});
        host.awaitReady();
        auto lock = locked("api_token");
        RawHttp stuck(host.port());
        askStores(stuck);
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(host.log(), 3, host.awaitEnd());
        CPPUNIT_ASSERT_MESSAGE(host.log(),
                               host.log().find(R"("in_hand":"requests: 1")") != std::string::npos);
    }

    void aSecondSignalHurries() {
        HubProcess host(url_, {kNoDuck, "shutdown.drain=1h", kLongLock});
        host.awaitReady();
        auto lock = locked("api_token");
        RawHttp stuck(host.port());
        askStores(stuck);
        host.signal(SIGTERM);
        CPPUNIT_ASSERT(host.awaitLog("stopping"));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(host.log(), 3, host.awaitEnd());
    }

    void aJobThatDoesNotEndGoesToTheNextHost() {
        auto lock = locked("credential");
        HubProcess host(url_,
                        {kNoDuck, "shutdown.drain=1s", kLongLock, "database.statement_timeout=1h"});
        host.awaitReady();
        {
            jobs::NewJob job;
            job.integrationId = integration_;
            job.kind = "account";
            job.payload = R"({"what":"uninstalled","scopes":[],"at":"2126-01-01T00:00:00Z"})";
            auto tx = database_->asWorker();
            jobs::enqueue(tx, store_, {job});
            tx.commit();
        }
        awaitCount("job WHERE kind = 'account' AND state = 'leased'", 1);
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(host.log(), 3, host.awaitEnd());
        CPPUNIT_ASSERT_MESSAGE(host.log(), host.log().find("job account ") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            count("job WHERE kind = 'account' AND state = 'waiting' AND attempts = 1 "
                  "AND reason = 'its host ended before it did'"));
    }

private:
    const std::string kNoDuck = "shutdown.lame_duck=0ms";
    const std::string kShortDuck = "shutdown.lame_duck=300ms";
    const std::string kLongLock = "database.lock_timeout=1h";

    void giveAppSecret() const {
        app::GlobalOptions options;
        options.quiet = true;
        options.overrides = HubProcess::usualSettings(url_);
        auto base = app::Foundation::openForCommand(options);
        CPPUNIT_ASSERT_MESSAGE(base ? "" : base.error().message, static_cast<bool>(base));
        connect::AppSecrets secrets(
            *(*base)->database, *(*base)->vault, (*base)->clock, *(*base)->log);
        CPPUNIT_ASSERT(secrets.set(
            "example",
            std::nullopt,
            {{"client_id", sdk::Secret("app")}, {"client_secret", sdk::Secret(kSecret)}}));
    }
    static int get(const HubProcess& host, const std::string& path) {
        return support::ask(host.port(), "GET " + path + " HTTP/1.1\r\nHost: souk.test\r\n\r\n")
            .status;
    }
    /// A request that waits for the lock on api_token; returns once it does.
    void askStores(RawHttp& http) const {
        CPPUNIT_ASSERT(http.send(
            "GET /api/v1/stores HTTP/1.1\r\nHost: souk.test\r\nAuthorization: Bearer souk_" +
            std::string(43, 'x') + "\r\n\r\n"));
        awaitTrue([this] { return waiting("api_token") == 1; });
    }
    store::Transaction locked(const std::string& table) const {
        auto tx = database_->asOwner();
        tx.query("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
        return tx;
    }
    std::int64_t waiting(const std::string& table) const {
        return count("pg_locks WHERE NOT granted AND relation = '" + table + "'::regclass");
    }
    std::int64_t count(const std::string& tableAndCondition) const {
        const auto sql = "SELECT count(*) AS n FROM " + tableAndCondition;
        auto tx = database_->asOwner();
        return tx.query(sql)[0].integer("n");
    }
    void awaitCount(const std::string& tableAndCondition, std::int64_t wanted) const {
        awaitTrue([&] { return count(tableAndCondition) == wanted; });
    }
    static void awaitTrue(const std::function<bool()>& fact) {
        const auto deadline = std::chrono::steady_clock::now() + HubProcess::kPatience;
        while (!fact() && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(5ms);
        CPPUNIT_ASSERT(fact());
    }

    std::string url_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    core::Uuid integration_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StopTest);

}  // namespace souk::test
