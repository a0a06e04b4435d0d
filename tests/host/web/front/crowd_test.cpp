#include "desk.hpp"
#include "web/front/descriptor.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace souk::web::test {

using support::ask;
using support::RawHttp;
using namespace std::chrono_literals;

namespace {

/// Sets the process's limit of open files for as long as it lives.
class OpenFiles {
public:
    explicit OpenFiles(rlim_t wanted) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const rlimit now{std::min(wanted, before_.rlim_max), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &now);
    }
    ~OpenFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    OpenFiles(const OpenFiles&) = delete;
    OpenFiles& operator=(const OpenFiles&) = delete;

private:
    rlimit before_{};
};

constexpr std::size_t kLarge = 10'000'000;  // more than the kernel buffers for one connection
constexpr std::size_t kPiece = 100'000;     // enough read to open the window again

void answerPath(const Request& request, Responder responder) {
    responder.send(text(request.path));
}

void answerLarge(const Request& request, Responder responder) {
    Response response;
    response.body.assign(request.path.starts_with("/large") ? kLarge : 1, 'x');
    responder.send(std::move(response));
}

}  // namespace

/// Crowds, misers and laggards: what a public address must bear.
class CrowdTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrowdTest);
    CPPUNIT_TEST(anIdleConnectionIsClosed);
    CPPUNIT_TEST(aSilentConnectionIsClosedWithoutAnAnswer);
    CPPUNIT_TEST(aHeadThatTricklesIsAnswered408);
    CPPUNIT_TEST(aBodyThatTricklesIsAnswered408);
    CPPUNIT_TEST(aReaderWhoTakesNothingIsCutOff);
    CPPUNIT_TEST(aReaderWhoTakesTooLittleIsCutOff);
    CPPUNIT_TEST(aReaderWhoTakesEnoughIsNotCutOff);
    CPPUNIT_TEST(aSlowReaderGetsALargeAnswerWhole);
    CPPUNIT_TEST(aReaderWhoTakesNothingHoldsNoPipelinedAnswersInMemory);
    CPPUNIT_TEST(aRefusedUploadStillHearsWhy);
    CPPUNIT_TEST(tooManyConnectionsAreTold503ThenClosed);
    CPPUNIT_TEST(bodiesTogetherAreBounded);
    CPPUNIT_TEST(runningOutOfDescriptorsPausesAndRecovers);
    CPPUNIT_TEST(aCrowdDelaysNobody);
    CPPUNIT_TEST_SUITE_END();

public:
    void anIdleConnectionIsClosed() {
        Limits limits;
        limits.idle = 50ms;
        const auto server = started(limits, answerPath);
        RawHttp client(server->port());
        client.send(get("/"));
        CPPUNIT_ASSERT_EQUAL(200, client.read().status);
        CPPUNIT_ASSERT(client.ends());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, server->stats().timeouts);
    }

    void aSilentConnectionIsClosedWithoutAnAnswer() {
        Limits limits;
        limits.headerArrival = 50ms;
        const auto server = started(limits, answerPath);
        RawHttp client(server->port());
        CPPUNIT_ASSERT_EQUAL(std::string(), client.read().text);
        CPPUNIT_ASSERT(client.ends());
    }

    void aHeadThatTricklesIsAnswered408() {
        Limits limits;
        limits.headerArrival = 100ms;
        const auto server = started(limits, answerPath);
        RawHttp client(server->port());
        client.send("GET / HTTP/1.1\r\nX-Slow: ");
        std::string seen;
        eventually("it is refused", [&] {
            client.send("a");
            return !(seen += client.readBytes(1, 5ms)).empty();
        });
        CPPUNIT_ASSERT_MESSAGE(seen, seen.starts_with("HTTP/1.1 408 "));
        CPPUNIT_ASSERT(client.ends());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, server->stats().timeouts);
    }

    void aBodyThatTricklesIsAnswered408() {
        Limits limits;
        limits.bodyArrival = 100ms;
        const auto server = started(limits, answerPath);
        RawHttp client(server->port());
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        std::string seen;
        eventually("it is refused", [&] {
            client.send("a");
            return !(seen += client.readBytes(1, 5ms)).empty();
        });
        CPPUNIT_ASSERT_MESSAGE(seen, seen.starts_with("HTTP/1.1 408 "));
        eventually("its bytes are given back", [&] { return server->stats().bufferedBytes == 0; });
    }

    void aReaderWhoTakesNothingIsCutOff() {
        Limits limits;
        limits.write = 100ms;
        const auto server = started(limits, answerLarge);
        RawHttp client(server->port(), 4096);
        client.send(get("/large"));
        eventually("it is cut off", [&] { return server->stats().timeouts == 1; });
        CPPUNIT_ASSERT(!client.read().complete);
    }

    void aReaderWhoTakesTooLittleIsCutOff() { CPPUNIT_ASSERT(!readsAll(1'000'000'000)); }

    void aReaderWhoTakesEnoughIsNotCutOff() { CPPUNIT_ASSERT(readsAll(1)); }

    void aSlowReaderGetsALargeAnswerWhole() {
        const auto server = started({}, answerLarge);
        RawHttp client(server->port(), 64 * 1024);
        client.send(get("/large1") + get("/large2"));
        CPPUNIT_ASSERT_EQUAL(kLarge, client.read(60s).body.size());
        CPPUNIT_ASSERT_EQUAL(kLarge, client.read(60s).body.size());
    }

    void aReaderWhoTakesNothingHoldsNoPipelinedAnswersInMemory() {
        const auto server = started({}, answerLarge);
        RawHttp client(server->port(), 4096);
        client.send(get("/large1") + get("/large2") + get("/large3"));
        eventually("the first is under way", [&] { return server->stats().bytesOut > 0; });
        CPPUNIT_ASSERT_EQUAL(200, ask(server->port(), get("/")).status);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, server->stats().requests);
    }

    void aRefusedUploadStillHearsWhy() {
        Limits limits;
        limits.bodyBytes = 1000;
        const auto server = started(limits, answerPath);
        RawHttp client(server->port());
        // Not reset in the middle of it: the server reads on and drops.
        CPPUNIT_ASSERT(client.send(post("/", std::string(5'000'000, 'x'))));
        CPPUNIT_ASSERT_EQUAL(413, client.read().status);
    }

    void tooManyConnectionsAreTold503ThenClosed() {
        Limits limits;
        limits.connections = 2;
        limits.refusedConnections = 1;
        const auto server = started(limits, answerPath);
        std::vector<RawHttp> served;
        for (int i = 0; i < 2; ++i) {
            served.emplace_back(server->port());
            served.back().send(get("/"));
            CPPUNIT_ASSERT_EQUAL(200, served.back().read().status);
        }
        RawHttp third(server->port());
        const auto told = third.read();
        CPPUNIT_ASSERT_EQUAL(503, told.status);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), told.headers.at("Retry-After"));
        RawHttp fourth(server->port());
        CPPUNIT_ASSERT_EQUAL(std::string(), fourth.read().text);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, server->stats().turnedAway);
        served.pop_back();
        eventually("the place is free", [&] { return server->stats().openConnections == 1; });
        CPPUNIT_ASSERT_EQUAL(200, ask(server->port(), get("/")).status);
    }

    void bodiesTogetherAreBounded() {
        Limits limits;
        limits.bufferedBytes = 1000;
        Desk desk;
        const auto server = started(limits, desk.handler());
        RawHttp first(server->port());
        first.send(post("/", std::string(800, 'x')));
        auto held = desk.take();
        const auto refused = ask(server->port(), post("/", std::string(800, 'x')));
        CPPUNIT_ASSERT_EQUAL(503, refused.status);
        CPPUNIT_ASSERT(refused.headers.contains("Retry-After"));
        held.responder.send(text("done"));
        CPPUNIT_ASSERT_EQUAL(200, first.read().status);
        first.send(post("/", std::string(800, 'x')));
        desk.take().responder.send(text("room again"));
        CPPUNIT_ASSERT_EQUAL(std::string("room again"), first.read().body);
    }

    void runningOutOfDescriptorsPausesAndRecovers() {
        const OpenFiles few(128);
        std::atomic<int> reports{0};
        const auto server = started({}, answerPath, [&](std::string_view report) {
            reports += report.find("LimitNOFILE") != std::string_view::npos ? 1 : 0;
        });
        std::vector<Descriptor> fillers;
        for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) fillers.emplace_back(fd);
        fillers.pop_back();
        RawHttp client(server->port());
        client.send(get("/"));
        eventually("it is reported", [&] { return reports > 0; });
        fillers.clear();
        CPPUNIT_ASSERT_EQUAL(200, client.read().status);
    }

    void aCrowdDelaysNobody() {
        const OpenFiles many(8192);
        const auto server = started({}, answerPath);
        const auto alone = medianAnswer(*server, [] {});  // how busy this machine is otherwise
        std::vector<RawHttp> crowd;
        for (int i = 0; i < 1200; ++i) {
            crowd.emplace_back(server->port());
            crowd.back().send(i < 1000 ? get("/") : "GET / HTTP/1.1\r\nX-Slow: ");
        }
        for (std::size_t i = 0; i < 1000; ++i) CPPUNIT_ASSERT_EQUAL(200, crowd[i].read().status);
        std::jthread looper([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                std::vector<RawHttp> droppers;
                droppers.reserve(50);
                for (int i = 0; i < 50; ++i) droppers.emplace_back(server->port());
                for (auto& dropper : droppers) dropper.reset();
                ask(server->port(), get("/"));  // no faster than the server lets people in
            }
        });
        std::size_t slow = 1000;
        const auto within = medianAnswer(*server, [&] { crowd[slow++].send("a"); });
        CPPUNIT_ASSERT(within < 50ms + 10 * alone);
    }

private:
    template <class Before>
    static std::chrono::steady_clock::duration medianAnswer(const Server& server, Before before) {
        std::vector<std::chrono::steady_clock::duration> times(100);
        for (auto& time : times) {
            before();
            const auto start = std::chrono::steady_clock::now();
            CPPUNIT_ASSERT_EQUAL(200, ask(server.port(), get("/")).status);
            time = std::chrono::steady_clock::now() - start;
        }
        std::ranges::sort(times);
        return times[times.size() / 2];
    }

    /// Whether a reader who takes a piece now and then gets all when it must take `enough` bytes in
    /// any two seconds, of which it spends four.
    static bool readsAll(std::size_t enough) {
        Limits limits;
        limits.write = 2s;
        limits.writeBytes = enough;
        const auto server = started(limits, answerLarge);
        RawHttp client(server->port(), kPiece);
        RawHttp silent(server->port());
        client.send(get("/large"));
        std::size_t taken = 0;
        for (int piece = 0; piece < 10; ++piece) {
            taken += client.readBytes(kPiece).size();
            CPPUNIT_ASSERT(!silent.ends(400ms));
        }
        if (server->stats().timeouts > 0) return false;
        while (taken < kLarge) taken += client.readBytes(1).size();
        return true;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CrowdTest);

}  // namespace souk::web::test
