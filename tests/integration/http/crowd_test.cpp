#include "app/open_files.hpp"
#include "hub_on_wire.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>
#include <vector>

namespace souk::test {

using support::ask;
using support::RawHttp;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kIdle = 1000;
constexpr std::size_t kTrickling = 200;
constexpr std::size_t kDropping = 50;
constexpr std::size_t kAsked = 300;
/// Far beyond what an idle machine needs (50 ms, see the figures printed), far below what waiting
/// behind one of the crowd would take.
constexpr std::chrono::milliseconds kBound{10'000};

double millis(Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

/// 1,000 clients that keep their connection and say nothing, 200 that send a byte each second, 50
/// that connect and go, again and again.
class Crowd {
public:
    explicit Crowd(std::uint16_t port) : port_(port) {
        for (std::size_t i = 0; i < kIdle; ++i) {
            idle_.emplace_back(port);
            idle_.back().send(get("/healthz"));
        }
        for (auto& client : idle_) CPPUNIT_ASSERT_EQUAL(200, client.read().status);
        for (std::size_t i = 0; i < kTrickling; ++i) {
            trickling_.emplace_back(port);
            trickling_.back().send("GET /healthz HTTP/1.1\r\n" + kHost + "X-Slow: ");
        }
        trickler_ = std::jthread([this](const std::stop_token& stop) { trickle(stop); });
        dropper_ = std::jthread([this](const std::stop_token& stop) { drop(stop); });
    }

    std::size_t dropped() const noexcept { return dropped_; }

    /// Ends the two threads; then every one of the others is served at last.
    void expectAllServed() {
        trickler_ = {};
        dropper_ = {};
        CPPUNIT_ASSERT(!failed_);
        for (auto& client : idle_) client.send(get("/healthz"));
        for (auto& client : trickling_) client.send("\r\n\r\n");
        for (auto* part : {&idle_, &trickling_})
            for (auto& client : *part) CPPUNIT_ASSERT_EQUAL(200, client.read().status);
    }

private:
    void trickle(const std::stop_token& stop) {
        for (std::size_t turn = 0; !stop.stop_requested(); ++turn) {
            if (!trickling_[turn % kTrickling].send("a")) failed_ = true;
            std::this_thread::sleep_for(1000ms / kTrickling);  // the pace of slow clients
        }
    }
    void drop(const std::stop_token& stop) try {
        while (!stop.stop_requested()) {
            std::vector<RawHttp> clients;
            for (std::size_t i = 0; i < kDropping; ++i) clients.emplace_back(port_);
            for (auto& client : clients) client.reset();
            dropped_ += kDropping;
            ask(port_, get("/healthz"));  // no faster than the hub lets people in
        }
    } catch (const std::exception&) {
        failed_ = true;
    }

    std::uint16_t port_;
    std::vector<RawHttp> idle_;
    std::vector<RawHttp> trickling_;
    std::atomic<bool> failed_{false};
    std::atomic<std::size_t> dropped_{0};
    std::jthread trickler_;
    std::jthread dropper_;
};

}  // namespace

class CrowdTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrowdTest);
    CPPUNIT_TEST(aCrowdDelaysNobody);
    CPPUNIT_TEST(manyWhoComeAtOnceAreAllLetIn);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { app::raiseOpenFiles(); }

    void aCrowdDelaysNobody() {
        HubOnWire hub({"web.idle_timeout=1h", "web.header_timeout=1h"});
        const auto token = "Authorization: Bearer " + hub.token() + "\r\n";
        Crowd crowd(hub.port());
        expectQuick(hub, "the front", get("/healthz"));
        expectQuick(hub, "router, token, database", get("/api/v1/stores", token));
        std::cout << "\n  meanwhile " << crowd.dropped() << " connections were dropped\n";
        CPPUNIT_ASSERT(crowd.dropped() >= kDropping);
        crowd.expectAllServed();
    }

    /// The stock server's queue holds 64 and closes what does not fit.
    void manyWhoComeAtOnceAreAllLetIn() {
        const HubOnWire hub;
        std::vector<RawHttp> clients;
        for (int i = 0; i < 600; ++i) clients.emplace_back(hub.port());
        for (auto& client : clients) client.send(get("/healthz"));
        for (auto& client : clients) CPPUNIT_ASSERT_EQUAL(200, client.read().status);
    }

private:
    /// A new connection each time, as a stranger has.
    static void expectQuick(const HubOnWire& hub,
                            const std::string& what,
                            const std::string& request) {
        std::vector<Clock::duration> times(kAsked);
        for (auto& time : times) {
            const auto start = Clock::now();
            CPPUNIT_ASSERT_EQUAL(200, ask(hub.port(), request).status);
            time = Clock::now() - start;
        }
        std::ranges::sort(times);
        const auto at = [&](std::size_t percent) { return times[kAsked * percent / 100]; };
        std::cout << "\n  " << what << " amid the crowd: p50 " << millis(at(50)) << " ms, p99 "
                  << millis(at(99)) << " ms, worst " << millis(times.back()) << " ms";
        CPPUNIT_ASSERT(at(99) < kBound);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CrowdTest);

}  // namespace souk::test
