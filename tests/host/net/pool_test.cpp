#include "net/pool.hpp"

#include "host/net/fake_time.hpp"
#include "host/net/tls_server.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>

namespace souk::net {

namespace {

using testing::Authority;
using testing::Received;
using testing::reply;
using testing::TlsServer;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a.shop.test\r\n\r\n";
const std::string kHost = "a.shop.test";  // NOLINT: a test's constant

Limit within(std::chrono::milliseconds time, std::stop_token stop = {}) {
    return {std::chrono::steady_clock::now() + time, std::move(stop)};
}

Limit roomy() {
    return within(std::chrono::seconds(20));
}

}  // namespace

class PoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PoolTest);
    CPPUNIT_TEST(aCertificateForTheTrueNameIsAccepted);
    CPPUNIT_TEST(aCertificateForAnotherNameIsRefused);
    CPPUNIT_TEST(aCertificateOfAnUnknownAuthorityIsRefused);
    CPPUNIT_TEST(anUnreadableAuthorityIsRefusedAtStart);
    CPPUNIT_TEST(aPeerThatHangsUpDoesNotKillTheProcess);
    CPPUNIT_TEST(aKeptConnectionIsUsedAgain);
    CPPUNIT_TEST(aConnectionClosedWhileIdleIsNotUsed);
    CPPUNIT_TEST(aHandshakeThatNeverEndsIsNotAConnection);
    CPPUNIT_TEST(anOldIdleConnectionIsClosed);
    CPPUNIT_TEST(idleConnectionsAreBounded);
    CPPUNIT_TEST(connectionsToOneHostAreBounded);
    CPPUNIT_TEST(aDrippingAnswerEndsAtTheLimit);
    CPPUNIT_TEST(aSilentServerEndsWithStop);
    CPPUNIT_TEST(aLargeRequestAndAnswerPassWhole);
    CPPUNIT_TEST(nobodyListeningIsTransient);
    CPPUNIT_TEST_SUITE_END();

public:
    void tearDown() override {
        pool_.reset();
        server_.reset();
    }

    void aCertificateForTheTrueNameIsAccepted() {
        start("DNS:*.shop.test");
        auto lease = pool().take(kHost, roomy());
        CPPUNIT_ASSERT(lease);
        const auto outcome = lease->connection().exchange("GET", kGet, 100, roomy());
        CPPUNIT_ASSERT(outcome.reply);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), outcome.reply->body);
        CPPUNIT_ASSERT(outcome.reusable);
    }

    void aCertificateForAnotherNameIsRefused() {
        start("DNS:*.other.test,DNS:localhost,IP:127.0.0.1");
        const auto lease = pool().take(kHost, roomy());
        CPPUNIT_ASSERT(!lease);
        CPPUNIT_ASSERT(lease.error().kind == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(lease.error().message.find("No safe connection") == 0);
        CPPUNIT_ASSERT(server_->received().empty());
    }

    void aCertificateOfAnUnknownAuthorityIsRefused() {
        start("DNS:*.shop.test");
        Authority stranger;
        options_.platformCa = stranger.file();
        CPPUNIT_ASSERT(!pool().take(kHost, roomy()));
        options_.platformCa.clear();  // the system's authorities do not know it either
        CPPUNIT_ASSERT(!pool().take(kHost, roomy()));
        CPPUNIT_ASSERT(server_->received().empty());
    }

    void anUnreadableAuthorityIsRefusedAtStart() {
        options_.platformCa = "/no/such/file.pem";
        const auto tls = TlsSettings::make(options_);
        CPPUNIT_ASSERT(!tls);
        CPPUNIT_ASSERT(tls.error().message.find("dev.platform_ca") != std::string::npos);
    }

    void aPeerThatHangsUpDoesNotKillTheProcess() {
        std::signal(SIGPIPE, SIG_DFL);
        CPPUNIT_ASSERT(TlsSettings::make(options_));
        CPPUNIT_ASSERT(std::signal(SIGPIPE, SIG_IGN) == SIG_IGN);
    }

    void aKeptConnectionIsUsedAgain() {
        start("DNS:*.shop.test");
        auto& ours = pool();
        CPPUNIT_ASSERT(!talk(ours).reused);
        CPPUNIT_ASSERT(talk(ours).reused);
        CPPUNIT_ASSERT(talk(ours).reused);
        CPPUNIT_ASSERT_EQUAL(1, server_->connections());
    }

    void aConnectionClosedWhileIdleIsNotUsed() {
        start("DNS:*.shop.test");
        options_.connectTimeout = std::chrono::milliseconds(1000);
        auto& ours = pool();
        talk(ours);
        server_->stop();
        CPPUNIT_ASSERT(!ours.take(kHost, roomy()));  // a new one was tried, and nobody answers
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, ours.idle());
    }

    void aHandshakeThatNeverEndsIsNotAConnection() {
        start("DNS:*.shop.test");
        options_.connectTimeout = std::chrono::milliseconds(300);
        server_->stop();  // the kernel still takes connections for it
        const auto lease = pool().take(kHost, roomy());
        CPPUNIT_ASSERT(!lease);
        CPPUNIT_ASSERT(lease.error().message.find("in time") != std::string::npos);
    }

    void anOldIdleConnectionIsClosed() {
        start("DNS:*.shop.test");
        auto& ours = pool();
        talk(ours);
        time_.advance(options_.idleTime + std::chrono::seconds(1));
        CPPUNIT_ASSERT(!talk(ours).reused);
        CPPUNIT_ASSERT_EQUAL(2, server_->connections());
    }

    void idleConnectionsAreBounded() {
        start("DNS:*.shop.test");
        options_.idleConnections = 2;
        auto& ours = pool();
        for (const auto* host : {"a.shop.test", "b.shop.test", "c.shop.test"}) talk(ours, host);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, ours.idle());
        CPPUNIT_ASSERT(!talk(ours, "a.shop.test").reused);
    }

    void connectionsToOneHostAreBounded() {
        start("DNS:*.shop.test");
        options_.connectionsPerHost = 1;
        auto& ours = pool();
        {
            const auto first = ours.take(kHost, roomy());
            CPPUNIT_ASSERT(first);
            const auto second = ours.take(kHost, within(std::chrono::milliseconds(30)));
            CPPUNIT_ASSERT(!second);
            CPPUNIT_ASSERT(second.error().message.find("busy") != std::string::npos);
            CPPUNIT_ASSERT(ours.take("b.shop.test", roomy()));
        }
        CPPUNIT_ASSERT(ours.take(kHost, roomy()));
    }

    void aDrippingAnswerEndsAtTheLimit() {
        start("DNS:*.shop.test", [this](const Received&, Poco::Net::SecureStreamSocket& peer) {
            core::RealWaiter waiter;
            while (waiter.wait(std::chrono::milliseconds(20), over_.get_token()))
                peer.sendBytes("H", 1);
            return std::string();
        });
        auto lease = pool().take(kHost, roomy());
        CPPUNIT_ASSERT(lease);
        const auto began = std::chrono::steady_clock::now();
        const auto outcome =
            lease->connection().exchange("GET", kGet, 100, within(std::chrono::milliseconds(300)));
        over_.request_stop();
        CPPUNIT_ASSERT(!outcome.reply);
        CPPUNIT_ASSERT(outcome.reply.error().kind == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(outcome.heard);
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
    }

    void aSilentServerEndsWithStop() {
        std::stop_source stop;
        start("DNS:*.shop.test", [&](const Received&, Poco::Net::SecureStreamSocket&) {
            stop.request_stop();  // only once the request is there, so the client is reading
            core::RealWaiter().wait(std::chrono::seconds(20), over_.get_token());
            return std::string();
        });
        auto lease = pool().take(kHost, roomy());
        CPPUNIT_ASSERT(lease);
        const auto began = std::chrono::steady_clock::now();
        const auto outcome = lease->connection().exchange(
            "GET", kGet, 100, within(std::chrono::seconds(20), stop.get_token()));
        over_.request_stop();
        CPPUNIT_ASSERT(!outcome.reply);
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
    }

    void aLargeRequestAndAnswerPassWhole() {
        const std::string large(3 * 1024 * 1024, 'x');
        start("DNS:*.shop.test", [&](const Received& request, Poco::Net::SecureStreamSocket&) {
            return reply(200, request.body);
        });
        auto lease = pool().take(kHost, roomy());
        CPPUNIT_ASSERT(lease);
        const auto outcome = lease->connection().exchange(
            "POST",
            "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" +
                large,
            large.size(),
            roomy());
        CPPUNIT_ASSERT(outcome.reply);
        CPPUNIT_ASSERT(outcome.reply->body == large);
    }

    void nobodyListeningIsTransient() {
        start("DNS:*.shop.test");
        server_->stop();
        server_.reset();
        const auto lease = pool().take(kHost, roomy());
        CPPUNIT_ASSERT(!lease);
        CPPUNIT_ASSERT(lease.error().kind == sdk::ErrorKind::Transient);
    }

private:
    struct Talk {
        bool reused;
    };

    void start(const std::string& names, TlsServer::Handler handler = {}) {
        if (!handler)
            handler = [](const Received&, Poco::Net::SecureStreamSocket&) {
                return reply(200, "hello");
            };
        server_ = std::make_unique<TlsServer>(authority_.issue(names), std::move(handler));
        options_.platformCa = authority_.file();
        options_.platformHosts = {{"*.shop.test", "127.0.0.1", server_->port()}};
    }

    Pool& pool() {
        auto tls = TlsSettings::make(options_);
        CPPUNIT_ASSERT(tls);
        pool_ = std::make_unique<Pool>(options_, *std::move(tls), time_);
        return *pool_;
    }

    static Talk talk(Pool& pool, const std::string& host = kHost) {
        auto lease = pool.take(host, roomy());
        CPPUNIT_ASSERT(lease);
        const auto outcome = lease->connection().exchange("GET", kGet, 100, roomy());
        CPPUNIT_ASSERT(outcome.reply);
        if (outcome.reusable) lease->keep();
        return {lease->reused()};
    }

    Authority authority_;
    testing::FakeTime time_;
    Options options_;
    std::stop_source over_;
    std::unique_ptr<TlsServer> server_;
    std::unique_ptr<Pool> pool_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PoolTest);

}  // namespace souk::net
