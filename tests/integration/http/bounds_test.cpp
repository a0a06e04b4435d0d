#include "hub_on_wire.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>
#include <thread>

namespace souk::test {

using support::ask;
using support::RawHttp;
using namespace std::chrono_literals;

/// Every key of souk.properties that bounds a client, set low and then met.
class BoundsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BoundsTest);
    CPPUNIT_TEST(headersAreBoundedInBytes);
    CPPUNIT_TEST(headersAreBoundedInNumber);
    CPPUNIT_TEST(addressesAreBounded);
    CPPUNIT_TEST(bodiesAreBounded);
    CPPUNIT_TEST(webhookBodiesAreBoundedByTheirOwnKey);
    CPPUNIT_TEST(webhookBodiesAreBoundedByThePlatformToo);
    CPPUNIT_TEST(bodiesTogetherAreBounded);
    CPPUNIT_TEST(idleTimeIsBounded);
    CPPUNIT_TEST(timeForHeadersIsBounded);
    CPPUNIT_TEST(timeForABodyIsBounded);
    CPPUNIT_TEST(timeToTakeAnAnswerIsBounded);
    CPPUNIT_TEST(connectionsAreBounded);
    CPPUNIT_TEST(eventStreamsAreBounded);
    CPPUNIT_TEST(aBoundOfZeroIsRefusedAtTheStart);
    CPPUNIT_TEST_SUITE_END();

public:
    void headersAreBoundedInBytes() {
        const HubOnWire hub({"web.header_bytes=2KB"});
        expectRefusal(hub, get("/healthz", "A: " + std::string(2048, 'a') + "\r\n"), 431, "2048");
    }

    void headersAreBoundedInNumber() {
        const HubOnWire hub({"web.header_count=2"});
        CPPUNIT_ASSERT_EQUAL(200, ask(hub.port(), get("/healthz", "A: 1\r\n")).status);
        expectRefusal(hub, get("/healthz", "A: 1\r\nB: 1\r\n"), 431, "2 headers");
    }

    void addressesAreBounded() {
        const HubOnWire hub({"web.uri_bytes=8"});
        CPPUNIT_ASSERT_EQUAL(200, ask(hub.port(), get("/healthz")).status);
        expectRefusal(hub, get("/healthz?"), 414, "8 bytes");
    }

    void bodiesAreBounded() {
        const HubOnWire hub({"web.body_bytes=10"});
        CPPUNIT_ASSERT_EQUAL(401, ask(hub.port(), sized("/api/v1/stores", "0123456789")).status);
        expectRefusal(hub, sized("/api/v1/stores", "0123456789a"), 413, "10 bytes");
    }

    void webhookBodiesAreBoundedByTheirOwnKey() {
        const HubOnWire hub({"web.body_bytes=10", "webhooks.body_bytes=20"});
        const auto delivery = [](std::size_t bytes) {
            return post("/api/webhooks/shopify",
                        "Content-Type: application/json\r\n" + length(bytes),
                        std::string(bytes, ' '));
        };
        CPPUNIT_ASSERT_EQUAL(400, ask(hub.port(), delivery(20)).status);
        expectRefusal(hub, delivery(21), 413, "20 bytes");
    }

    void webhookBodiesAreBoundedByThePlatformToo() {
        const HubOnWire hub({"webhooks.body_bytes=1GB"});
        expectRefusal(hub, post("/api/webhooks/shopify", length(1 << 29)), 413, "bytes");
    }

    void bodiesTogetherAreBounded() {
        const HubOnWire hub({"web.buffered_bytes=1000"});
        const auto half = post("/nothing", length(900), std::string(800, 'x'));
        const auto other = sized("/nothing", std::string(201, 'x'));
        auto first = std::make_unique<RawHttp>(hub.port());
        first->send(half);
        auto answer = ask(hub.port(), other);
        const auto deadline = std::chrono::steady_clock::now() + RawHttp::kPatience;
        while (answer.status != 503 && std::chrono::steady_clock::now() < deadline) {
            // The other was read before: then the first is the one too many, and comes again.
            if (!first->readBytes(1, 1ms).empty()) {
                first = std::make_unique<RawHttp>(hub.port());
                first->send(half);
            }
            answer = ask(hub.port(), other);
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.text, 503, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), answer.headers.at("Retry-After"));
        first->send(std::string(100, 'x'));
        CPPUNIT_ASSERT_EQUAL(404, first->read().status);
        askUntil(hub, other, 404);
    }

    void idleTimeIsBounded() {
        const HubOnWire hub({"web.idle_timeout=50ms"});
        RawHttp client(hub.port());
        client.send(get("/healthz"));
        CPPUNIT_ASSERT_EQUAL(200, client.read().status);
        CPPUNIT_ASSERT(client.ends());
    }

    void timeForHeadersIsBounded() {
        const HubOnWire hub({"web.header_timeout=300ms"});
        RawHttp silent(hub.port());
        expectTrickleRefused(hub, "GET /healthz HTTP/1.1\r\nX-Slow: ", "head");
        CPPUNIT_ASSERT(silent.ends());
    }

    void timeForABodyIsBounded() {
        const HubOnWire hub({"web.body_timeout=300ms"});
        expectTrickleRefused(hub, post("/nothing", length(500'000)), "body");
    }

    void timeToTakeAnAnswerIsBounded() {
        const HubOnWire hub({"web.write_timeout=300ms"});
        RawHttp client(hub.port(), 4096);
        // More of the largest answer there is than both kernels hold for a client that reads none.
        std::string many;
        for (int i = 0; i < 200; ++i) many += get("/openapi.json");
        client.send(many);
        while (client.send("x")) std::this_thread::yield();  // until the hub has let go
        std::size_t whole = 0;
        while (client.read().complete) ++whole;
        CPPUNIT_ASSERT(whole < 200);
        CPPUNIT_ASSERT(client.ends());
    }

    void connectionsAreBounded() {
        const HubOnWire hub({"web.max_connections=2"});
        std::vector<RawHttp> served;
        for (int i = 0; i < 2; ++i) {
            served.emplace_back(hub.port());
            served.back().send(get("/healthz"));
            CPPUNIT_ASSERT_EQUAL(200, served.back().read().status);
        }
        const auto refused = RawHttp(hub.port()).read();
        CPPUNIT_ASSERT_EQUAL(503, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), refused.headers.at("Retry-After"));
        served.pop_back();
        askUntil(hub, get("/healthz"), 200);
    }

    void eventStreamsAreBounded() {
        HubOnWire hub({"web.stream_clients=1"});
        const auto token = "Authorization: Bearer " + hub.token() + "\r\n";
        const auto stream = get("/api/v1/events?store_id=" + core::newId().text(), token);
        RawHttp first(hub.port());
        first.send(stream);
        CPPUNIT_ASSERT(first.readBytes(1).starts_with("HTTP/1.1 200"));
        const auto refused = ask(hub.port(), stream);
        CPPUNIT_ASSERT_EQUAL(503, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("30"), refused.headers.at("Retry-After"));
    }

    void aBoundOfZeroIsRefusedAtTheStart() {
        for (const std::string key : {"web.header_bytes",
                                      "web.header_count",
                                      "web.uri_bytes",
                                      "web.max_connections",
                                      "web.io_threads"})
            CPPUNIT_ASSERT_EQUAL(key + " is 0; give it a positive value",
                                 HubOnWire::refusal({key + "=0"}));
        for (const std::string key :
             {"web.idle_timeout", "web.header_timeout", "web.body_timeout", "web.write_timeout"})
            CPPUNIT_ASSERT_EQUAL(key + " is 0; give it a positive value",
                                 HubOnWire::refusal({key + "=0s"}));
    }

private:
    static void expectRefusal(const HubOnWire& hub,
                              const std::string& request,
                              int status,
                              const std::string& says) {
        RawHttp client(hub.port());
        client.send(request);
        const auto answer = client.read();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.text, status, answer.status);
        CPPUNIT_ASSERT_MESSAGE(answer.text, answer.body.find(says) != std::string::npos);
        CPPUNIT_ASSERT(client.ends());
    }

    /// Sends `begin` and then a byte now and then until the hub has had enough.
    static void expectTrickleRefused(const HubOnWire& hub,
                                     const std::string& begin,
                                     const std::string& says) {
        RawHttp client(hub.port());
        client.send(begin);
        std::string seen;
        const auto deadline = std::chrono::steady_clock::now() + RawHttp::kPatience;
        while (seen.empty() && std::chrono::steady_clock::now() < deadline) {
            client.send("a");
            seen = client.readBytes(1, 10ms);
        }
        CPPUNIT_ASSERT_MESSAGE(seen, seen.starts_with("HTTP/1.1 408 "));
        CPPUNIT_ASSERT_MESSAGE(seen, seen.find("The request's " + says) != std::string::npos);
        CPPUNIT_ASSERT(client.ends());
    }

    /// What another connection did shows a little later: asks until the answer is as wanted.
    static support::RawAnswer askUntil(const HubOnWire& hub,
                                       const std::string& request,
                                       int status) {
        const auto deadline = std::chrono::steady_clock::now() + RawHttp::kPatience;
        auto answer = ask(hub.port(), request);
        while (answer.status != status && std::chrono::steady_clock::now() < deadline)
            answer = ask(hub.port(), request);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.text, status, answer.status);
        return answer;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BoundsTest);

}  // namespace souk::test
