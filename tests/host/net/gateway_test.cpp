#include "net/gateway.hpp"

#include "host/net/fake_time.hpp"
#include "host/net/tls_server.hpp"
#include "support/test_database.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>

namespace souk::net {

namespace {

using std::chrono::milliseconds;
using testing::Received;
using testing::reply;
using testing::TlsServer;

/// Hands out token-1 and, when a token is refused, the next one.
class FakeAuthorizer final : public Authorizer {
public:
    sdk::Result<sdk::Secret> token(const AccountKey&, const std::stop_token&) override {
        if (dead) return sdk::Error{sdk::ErrorKind::Unauthorized, "The grant is dead."};
        return sdk::Secret("token-" + std::to_string(number));
    }
    sdk::Result<sdk::Secret> other(const AccountKey&, std::string_view name) override {
        return sdk::Secret("other-" + std::string(name));
    }
    sdk::Result<sdk::Secret> refreshed(const AccountKey& account,
                                       const sdk::Secret& refused,
                                       const std::stop_token& stop) override {
        CPPUNIT_ASSERT(refused.reveal() == "token-" + std::to_string(number));
        ++number;
        return token(account, stop);
    }
    int number = 1;
    bool dead = false;
};

/// Reads figures the way a plugin would: from headers of the reply.
std::optional<sdk::Throttle> figuresFrom(const sdk::HttpReply& answered) {
    const auto left = sdk::valueOf(answered.headers, "X-Left");
    if (left.empty()) return std::nullopt;
    sdk::Throttle told;
    told.available = std::stod(std::string(left));
    told.capacity = 1000;
    told.restorePerSecond = 50;
    told.refused = !sdk::valueOf(answered.headers, "X-Refused").empty();
    told.requested = told.refused ? 507 : 0;
    return told;
}

}  // namespace

class GatewayTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GatewayTest);
    CPPUNIT_TEST(aRequestArrivesWithItsCredentials);
    CPPUNIT_TEST(withoutAnAuthorizerNoCredentialsAreAdded);
    CPPUNIT_TEST(hostsOutsideTheManifestAreRefused);
    CPPUNIT_TEST(oddRequestsAreRefusedBeforeTheyCostAnything);
    CPPUNIT_TEST(redirectsReachThePlugin);
    CPPUNIT_TEST(aRefusedTokenIsRefreshedOnce);
    CPPUNIT_TEST(aTokenRefusedTwiceIsUnauthorized);
    CPPUNIT_TEST(aDeadGrantIsNotSent);
    CPPUNIT_TEST(aConnectionThatDiedIdleIsReplacedOnce);
    CPPUNIT_TEST(aRequestThatMustNotRepeatIsNotSentTwice);
    CPPUNIT_TEST(throttledRequestsWaitByTheFiguresAndGoAgain);
    CPPUNIT_TEST(throttledForEverIsRateLimited);
    CPPUNIT_TEST(throttledBeyondPatienceIsRateLimitedAtOnce);
    CPPUNIT_TEST(stopEndsAThrottledWait);
    CPPUNIT_TEST(theFiguresSlowTheNextRequestBeforeThePlatformRefuses);
    CPPUNIT_TEST(tooManyRequestsEmptiesTheBudget);
    CPPUNIT_TEST(serverTroubleIsTransient);
    CPPUNIT_TEST(anAnswerTooLargeIsBadPayload);
    CPPUNIT_TEST(aDatabaseThatFailsIsTransientNotAnException);
    CPPUNIT_TEST(anAnswerIsNotLostForItsFigures);
    CPPUNIT_TEST(requestsAreCountedAndLoggedWithoutSecrets);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().fresh();
        key_.store = test::insertStore(*database_);
        key_.integration = test::insertIntegration(*database_, key_.store);
        rules_.platform = "example";
        rules_.hosts = {"*.shop.test"};
        rules_.authHeader = "X-Token";
        rules_.authFormat = "Bearer {token}";
        rules_.rate = {1000, 50};
        rules_.throttleFrom = figuresFrom;
    }
    void tearDown() override {
        gateway_.reset();
        budget_.reset();
        server_.reset();
        database_.reset();
    }

    void aRequestArrivesWithItsCredentials() {
        start([](const Received&, auto&) { return reply(200, "yes", "X-A: b\r\n"); });
        auto request = post("{}");
        request.headers["Content-Type"] = "application/json";
        const auto answered = open()->send(request);
        CPPUNIT_ASSERT(answered);
        CPPUNIT_ASSERT_EQUAL(std::string("yes"), answered->body);
        CPPUNIT_ASSERT(sdk::valueOf(answered->headers, "x-a") == "b");
        const auto head = server_->received().at(0).head;
        has(head, "POST /graphql?x=1 HTTP/1.1\r\n");
        has(head, "\r\nHost: a.shop.test\r\n");
        has(head, "\r\nX-Token: Bearer token-1\r\n");
        has(head, "\r\nContent-Length: 2\r\n");
        has(head, "\r\nAccept-Encoding: identity\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), server_->received().at(0).body);
    }

    void withoutAnAuthorizerNoCredentialsAreAdded() {
        start([](const Received&, auto&) { return reply(200, ""); });
        CPPUNIT_ASSERT(open(nullptr)->send(get()));
        CPPUNIT_ASSERT(server_->received().at(0).head.find("X-Token") == std::string::npos);
        CPPUNIT_ASSERT(server_->received().at(0).head.find("Content-Length") == std::string::npos);
    }

    void hostsOutsideTheManifestAreRefused() {
        start([](const Received&, auto&) { return reply(200, ""); });
        for (const auto* url : {"https://evil.example/",
                                "http://a.shop.test/",
                                "https://shop.test/",
                                "https://a.shop.test:444/",
                                "https://127.0.0.1/"}) {
            auto request = get();
            request.url = url;
            isKind(open()->send(request), sdk::ErrorKind::Bug);
        }
        CPPUNIT_ASSERT_EQUAL(0, server_->connections());
    }

    void oddRequestsAreRefusedBeforeTheyCostAnything() {
        start([](const Received&, auto&) { return reply(200, ""); });
        auto request = get();
        request.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nGET";
        isKind(open()->send(request), sdk::ErrorKind::Bug);
        request = get();
        request.headers["x-token"] = "mine";
        isKind(open()->send(request), sdk::ErrorKind::Bug);
        auto tx = database_->forStore(key_.store);
        CPPUNIT_ASSERT(tx.query("SELECT 1 AS one FROM rate_budget").empty());
        CPPUNIT_ASSERT_EQUAL(0, server_->connections());
    }

    void redirectsReachThePlugin() {
        start([](const Received&, auto&) {
            return reply(302, "", "Location: https://evil.example/\r\n");
        });
        const auto answered = open()->send(get());
        CPPUNIT_ASSERT(answered);
        CPPUNIT_ASSERT_EQUAL(302, answered->status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server_->received().size());
    }

    void aRefusedTokenIsRefreshedOnce() {
        start([](const Received& request, auto&) {
            const bool fresh = request.head.find("token-2") != std::string::npos;
            return fresh ? reply(200, "ok") : reply(401, "");
        });
        CPPUNIT_ASSERT(open()->send(get()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, server_->received().size());
    }

    void aTokenRefusedTwiceIsUnauthorized() {
        start([](const Received&, auto&) { return reply(401, ""); });
        isKind(open()->send(get()), sdk::ErrorKind::Unauthorized);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, server_->received().size());
        isKind(open(nullptr)->send(get()), sdk::ErrorKind::Unauthorized);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, server_->received().size());
    }

    void aDeadGrantIsNotSent() {
        start([](const Received&, auto&) { return reply(200, ""); });
        authorizer_.dead = true;
        isKind(open()->send(get()), sdk::ErrorKind::Unauthorized);
        CPPUNIT_ASSERT_EQUAL(0, server_->connections());
    }

    void aConnectionThatDiedIdleIsReplacedOnce() {
        start([](const Received& request, auto&) {
            // Takes the second request of the first connection and hangs up on it.
            const bool dies =
                request.connection == 1 && request.head.find("/second") != std::string::npos;
            return dies ? std::string() : reply(200, "ok");
        });
        CPPUNIT_ASSERT(open()->send(get()));
        auto second = get();
        second.url = "https://a.shop.test/second";
        CPPUNIT_ASSERT(open()->send(second));
        CPPUNIT_ASSERT_EQUAL(2, server_->connections());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, server_->received().size());
    }

    void aRequestThatMustNotRepeatIsNotSentTwice() {
        start([](const Received& request, auto&) {
            const bool dies = request.head.find("/second") != std::string::npos;
            return dies ? std::string() : reply(200, "ok");
        });
        CPPUNIT_ASSERT(open()->send(get()));
        auto second = get();
        second.url = "https://a.shop.test/second";
        second.repeatable = false;
        isKind(open()->send(second), sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, server_->received().size());
    }

    void throttledRequestsWaitByTheFiguresAndGoAgain() {
        start([this](const Received&, auto&) {
            return ++asked_ == 1 ? reply(200, "no", "X-Left: 493\r\nX-Refused: 1\r\n")
                                 : reply(200, "yes", "X-Left: 900\r\n");
        });
        const auto answered = open()->send(get());
        CPPUNIT_ASSERT(answered);
        CPPUNIT_ASSERT_EQUAL(std::string("yes"), answered->body);
        CPPUNIT_ASSERT(time_.waited() >= milliseconds(280));
        CPPUNIT_ASSERT(time_.waited() < milliseconds(1000));
    }

    void throttledForEverIsRateLimited() {
        start([this](const Received&, auto&) {
            ++asked_;
            return reply(200, "no", "X-Left: 493\r\nX-Refused: 1\r\n");
        });
        const auto answered = open()->send(get());
        isKind(answered, sdk::ErrorKind::RateLimited);
        CPPUNIT_ASSERT(answered.error().retryAfter == milliseconds(280));
        CPPUNIT_ASSERT_EQUAL(options_.throttledTries, asked_.load());
    }

    void throttledBeyondPatienceIsRateLimitedAtOnce() {
        options_.patience = milliseconds(200);
        start([this](const Received&, auto&) {
            ++asked_;
            return reply(200, "no", "X-Left: 493\r\nX-Refused: 1\r\n");
        });
        isKind(open()->send(get()), sdk::ErrorKind::RateLimited);
        CPPUNIT_ASSERT_EQUAL(1, asked_.load());
    }

    void stopEndsAThrottledWait() {
        start([](const Received&, auto&) {
            return reply(200, "no", "X-Left: 493\r\nX-Refused: 1\r\n");
        });
        std::stop_source stop;
        time_.duringWaits([&] { stop.request_stop(); });
        isKind(open(&authorizer_, stop.get_token())->send(get()), sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT_EQUAL(1, time_.waits());
    }

    void theFiguresSlowTheNextRequestBeforeThePlatformRefuses() {
        start([](const Received&, auto&) { return reply(200, "ok", "X-Left: 10\r\n"); });
        auto request = get();
        request.cost = 100;
        CPPUNIT_ASSERT(open()->send(request));
        CPPUNIT_ASSERT_EQUAL(0, time_.waits());
        CPPUNIT_ASSERT(open()->send(request));
        CPPUNIT_ASSERT(time_.waited() >= milliseconds(1800));
    }

    void tooManyRequestsEmptiesTheBudget() {
        start([](const Received&, auto&) { return reply(429, "", "Retry-After: 2.5\r\n"); });
        const auto answered = open()->send(get());
        isKind(answered, sdk::ErrorKind::RateLimited);
        CPPUNIT_ASSERT(answered.error().retryAfter == milliseconds(2500));
        auto tx = database_->forStore(key_.store);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0, tx.query("SELECT available FROM rate_budget")[0].real("available"), 1e-6);
    }

    void serverTroubleIsTransient() {
        start([](const Received&, auto&) { return reply(503, "", "Retry-After: 7\r\n"); });
        const auto answered = open()->send(get());
        isKind(answered, sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(answered.error().retryAfter == milliseconds(7000));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server_->received().size());
    }

    void anAnswerTooLargeIsBadPayload() {
        options_.maxReplyBytes = 10;
        start([](const Received&, auto&) { return reply(200, "hello world"); });
        isKind(open()->send(get()), sdk::ErrorKind::BadPayload);
    }

    void aDatabaseThatFailsIsTransientNotAnException() {
        start([](const Received&, auto&) { return reply(200, ""); });
        auto tx = database_->asOwner();
        tx.query("ALTER TABLE rate_budget RENAME TO gone");
        tx.commit();
        isKind(open()->send(get()), sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT_EQUAL(0, server_->connections());
    }

    void anAnswerIsNotLostForItsFigures() {
        start([this](const Received&, auto&) {
            auto tx = database_->asOwner();
            tx.query("ALTER TABLE rate_budget RENAME TO gone");
            tx.commit();
            return reply(200, "done", "X-Left: 10\r\n");
        });
        CPPUNIT_ASSERT(open()->send(get()));
        has(logged_, "could not be corrected");
    }

    void requestsAreCountedAndLoggedWithoutSecrets() {
        start([](const Received&, auto&) { return reply(200, "0123456789"); });
        CPPUNIT_ASSERT(open()->send(post("abc")));
        const auto text = metrics_.text();
        has(text, "souk_net_requests_total{platform=\"example\",status=\"2xx\"} 1");
        has(text, "souk_net_received_bytes_total{platform=\"example\"} 10");
        has(text, "souk_net_sent_bytes_total{platform=\"example\"} 3");
        has(logged_, "a.shop.test");
        for (const auto* hidden : {"token-1", "x=1", "graphql", "abc"})
            CPPUNIT_ASSERT(logged_.find(hidden) == std::string::npos);
    }

private:
    void start(TlsServer::Handler handler) {
        server_ =
            std::make_unique<TlsServer>(authority_.issue("DNS:*.shop.test"), std::move(handler));
        options_.platformCa = authority_.file();
        options_.platformHosts = {{"*.shop.test", "127.0.0.1", server_->port()}};
        auto tls = TlsSettings::make(options_);
        CPPUNIT_ASSERT(tls);
        budget_ = std::make_unique<Budget>(*database_, time_, time_, metrics_);
        gateway_ = std::make_unique<Gateway>(
            options_, *std::move(tls), *budget_, time_, time_, log_, metrics_);
    }

    std::unique_ptr<sdk::Http> open() { return open(&authorizer_); }
    std::unique_ptr<sdk::Http> open(Authorizer* authorizer, std::stop_token stop = {}) {
        return gateway_->open({std::make_shared<const PlatformRules>(rules_),
                               key_,
                               authorizer,
                               Priority::Live,
                               std::move(stop)});
    }

    static sdk::HttpRequest get() {
        sdk::HttpRequest request;
        request.url = "https://a.shop.test/first";
        return request;
    }
    static sdk::HttpRequest post(const std::string& body) {
        sdk::HttpRequest request;
        request.method = "POST";
        request.url = "https://a.shop.test/graphql?x=1";
        request.body = body;
        return request;
    }
    static void isKind(const sdk::Result<sdk::HttpReply>& answered, sdk::ErrorKind kind) {
        CPPUNIT_ASSERT(!answered);
        CPPUNIT_ASSERT_EQUAL(std::string(sdk::name(kind)),
                             std::string(sdk::name(answered.error().kind)));
    }
    static void has(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE(part + " is not in " + text, text.find(part) != std::string::npos);
    }

    testing::Authority authority_;
    testing::FakeTime time_;
    core::Metrics metrics_;
    std::string logged_;
    core::Log log_{
        time_, core::Log::Format::Json, sdk::LogLevel::Debug, [this](std::string_view line) {
            logged_.append(line);
        }};
    std::unique_ptr<store::Database> database_;
    AccountKey key_;
    PlatformRules rules_;
    Options options_;
    FakeAuthorizer authorizer_;
    std::atomic<int> asked_{0};
    std::unique_ptr<TlsServer> server_;
    std::unique_ptr<Budget> budget_;
    std::unique_ptr<Gateway> gateway_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GatewayTest);

}  // namespace souk::net
