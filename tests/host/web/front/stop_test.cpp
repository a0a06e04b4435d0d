#include "desk.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

namespace souk::web::test {

using support::RawHttp;
using namespace std::chrono_literals;

namespace {

/// Clients here keep their side open; the stop need not wait for them.
Limits brief() {
    Limits limits;
    limits.linger = 20ms;
    return limits;
}

bool refusesConnections(std::uint16_t port) {
    try {
        const RawHttp attempt(port);
        return false;
    } catch (const std::runtime_error&) {
        return true;
    }
}

/// Starts to stop; returns once nobody new is let in.
std::future<bool> stopping(Server& server, std::chrono::milliseconds drain) {
    auto stopped = std::async(std::launch::async, [&server, drain] { return server.stop(drain); });
    eventually("the door is shut", [&] { return refusesConnections(server.port()); });
    return stopped;
}

}  // namespace

/// A stop that drops nobody, and one that must.
class StopTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StopTest);
    CPPUNIT_TEST(stopFinishesWhatIsUnderWayAndSaysClose);
    CPPUNIT_TEST(anAnnouncedStopClosesAfterAnswersAndLetsOthersIn);
    CPPUNIT_TEST(aRequestOnAnIdleConnectionIsStillAnsweredWhileStopping);
    CPPUNIT_TEST(aBodyUnderWayIsStillReadWhileStopping);
    CPPUNIT_TEST(thoseWhoWaitAtTheDoorAreServed);
    CPPUNIT_TEST(stopClosesIdleConnectionsAtOnce);
    CPPUNIT_TEST(stopCutsWhatTakesTooLong);
    CPPUNIT_TEST(stopEndsStreams);
    CPPUNIT_TEST(aStreamBegunWhileStoppingIsRefused);
    CPPUNIT_TEST(respondersAndStreamsOutliveTheServer);
    CPPUNIT_TEST(stoppingTwiceOrBeforeTheStartIsHarmless);
    CPPUNIT_TEST(stopUnderLoadGivesNoHalfAnswer);
    CPPUNIT_TEST_SUITE_END();

public:
    void stopFinishesWhatIsUnderWayAndSaysClose() {
        const auto server = started(brief(), desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        auto item = desk_.take();
        auto stopped = stopping(*server, kPatience);
        item.responder.send(text("finished"));
        const auto answer = client.read();
        CPPUNIT_ASSERT_EQUAL(std::string("finished"), answer.body);
        CPPUNIT_ASSERT_EQUAL(std::string("close"), answer.headers.at("Connection"));
        CPPUNIT_ASSERT(client.ends());
        CPPUNIT_ASSERT(stopped.get());
    }

    void anAnnouncedStopClosesAfterAnswersAndLetsOthersIn() {
        const auto server = started(brief(), desk_.handler());
        RawHttp before(server->port());
        before.send(get("/"));
        desk_.take().responder.send(text("before"));
        CPPUNIT_ASSERT(!before.read().headers.contains("Connection"));
        server->announceStop();
        RawHttp after(server->port());
        for (auto* const client : {&before, &after}) {
            client->send(get("/"));
            desk_.take().responder.send(text("announced"));
            const auto answer = client->read();
            CPPUNIT_ASSERT_EQUAL(std::string("announced"), answer.body);
            CPPUNIT_ASSERT_EQUAL(std::string("close"), answer.headers.at("Connection"));
            CPPUNIT_ASSERT(client->ends());
        }
        CPPUNIT_ASSERT(server->stop(kPatience));
    }

    void aRequestOnAnIdleConnectionIsStillAnsweredWhileStopping() {
        const auto server = started(brief(), desk_.handler());
        RawHttp idle(server->port());
        idle.send(get("/before"));
        desk_.take().responder.send(text("before"));
        CPPUNIT_ASSERT(!idle.read().headers.contains("Connection"));
        RawHttp busy(server->port());
        busy.send(get("/busy"));
        auto held = desk_.take();
        auto stopped = stopping(*server, kPatience);
        CPPUNIT_ASSERT(!idle.ends(60ms));  // the other's work keeps this one open too
        idle.send(get("/during"));
        desk_.take().responder.send(text("during"));
        const auto during = idle.read();
        CPPUNIT_ASSERT_EQUAL(std::string("during"), during.body);
        CPPUNIT_ASSERT_EQUAL(std::string("close"), during.headers.at("Connection"));
        held.responder.send(text("held"));
        CPPUNIT_ASSERT_EQUAL(std::string("close"), busy.read().headers.at("Connection"));
        CPPUNIT_ASSERT(busy.ends());
        CPPUNIT_ASSERT(stopped.get());
    }

    void aBodyUnderWayIsStillReadWhileStopping() {
        const auto server = started(brief(), desk_.handler());
        RawHttp client(server->port());
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nha");
        eventually("its first half is read", [&] { return server->stats().bufferedBytes == 2; });
        auto stopped = stopping(*server, kPatience);
        client.send("lf");
        auto item = desk_.take();
        item.responder.send(text(item.request.body));
        CPPUNIT_ASSERT_EQUAL(std::string("half"), client.read().body);
        CPPUNIT_ASSERT(client.ends());
        CPPUNIT_ASSERT(stopped.get());
    }

    void thoseWhoWaitAtTheDoorAreServed() {
        std::promise<void> release;
        auto limits = brief();
        limits.ioThreads = 1;
        const auto server = started(limits, [&](const Request& request, Responder responder) {
            if (request.path == "/hold") release.get_future().wait();
            responder.send(text(request.path));
        });
        RawHttp holder(server->port());
        holder.send(get("/hold"));
        eventually("the loop is held", [&] { return server->stats().requests == 1; });
        std::vector<RawHttp> waiting;
        waiting.reserve(200);
        for (int i = 0; i < 200; ++i) {
            waiting.emplace_back(server->port());
            waiting.back().send(get("/waited"));
        }
        auto stopped = std::async(std::launch::async, [&] { return server->stop(kPatience); });
        release.set_value();
        for (auto& client : waiting)
            CPPUNIT_ASSERT_EQUAL(std::string("/waited"), client.read().body);
        CPPUNIT_ASSERT(stopped.get());
    }

    void stopClosesIdleConnectionsAtOnce() {
        const auto server = started(brief(), desk_.handler());
        std::vector<RawHttp> idle;
        idle.reserve(20);
        for (int i = 0; i < 20; ++i) idle.emplace_back(server->port());
        eventually("all are in", [&] { return server->stats().openConnections == 20; });
        CPPUNIT_ASSERT(server->stop(kPatience));
        for (auto& client : idle) CPPUNIT_ASSERT(client.ends());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, server->stats().openConnections);
    }

    void stopCutsWhatTakesTooLong() {
        const auto server = started(brief(), desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        auto item = desk_.take();
        CPPUNIT_ASSERT(!server->stop(20ms));
        CPPUNIT_ASSERT(client.ends());
        item.responder.send(text("too late"));
    }

    void stopEndsStreams() {
        const auto server = started(brief(), desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        const auto stream = desk_.take().responder.stream({});
        CPPUNIT_ASSERT(stream->write("so far"));
        auto stopped = stopping(*server, kPatience);
        const auto answer = client.read();
        CPPUNIT_ASSERT(answer.complete);
        CPPUNIT_ASSERT_EQUAL(std::string("so far"), answer.body);
        CPPUNIT_ASSERT(client.ends());
        CPPUNIT_ASSERT(stopped.get());
        CPPUNIT_ASSERT(!stream->open());
    }

    void aStreamBegunWhileStoppingIsRefused() {
        const auto server = started(brief(), desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        auto item = desk_.take();
        auto stopped = stopping(*server, kPatience);
        const auto stream = item.responder.stream({});
        CPPUNIT_ASSERT_EQUAL(503, client.read().status);
        CPPUNIT_ASSERT(client.ends());
        CPPUNIT_ASSERT(stopped.get());
        CPPUNIT_ASSERT(!stream->write("hello?"));
    }

    void respondersAndStreamsOutliveTheServer() {
        auto server = started(brief(), desk_.handler());
        RawHttp first(server->port());
        RawHttp second(server->port());
        first.send(get("/1"));
        auto held = desk_.take();
        second.send(get("/2"));
        const auto stream = desk_.take().responder.stream({});
        server.reset();
        held.responder.send(text("nobody"));
        CPPUNIT_ASSERT(!stream->write("nobody"));
        CPPUNIT_ASSERT(!stream->open());
        stream->close();
    }

    void stoppingTwiceOrBeforeTheStartIsHarmless() {
        Server server("127.0.0.1:0", brief(), desk_.handler());
        CPPUNIT_ASSERT(server.stop(0ms));
        CPPUNIT_ASSERT(server.start());
        CPPUNIT_ASSERT(server.stop(kPatience));
        CPPUNIT_ASSERT(server.stop(kPatience));
    }

    void stopUnderLoadGivesNoHalfAnswer() {
        const auto server = started(brief(), [](const Request& request, Responder responder) {
            responder.send(text(std::string(2000, request.path.back())));
        });
        std::atomic<int> whole{0};
        std::atomic<int> half{0};
        std::vector<std::jthread> clients;
        clients.reserve(4);
        for (int i = 0; i < 4; ++i)
            clients.emplace_back([&] { askUntilRefused(server->port(), whole, half); });
        eventually("the load is on", [&] { return whole > 200; });
        CPPUNIT_ASSERT(server->stop(kPatience));
        clients.clear();
        CPPUNIT_ASSERT_EQUAL(0, half.load());
    }

private:
    static void askUntilRefused(std::uint16_t port,
                                std::atomic<int>& whole,
                                std::atomic<int>& half) {
        try {
            for (;;) {
                RawHttp client(port);
                for (bool open = true; open;) {
                    client.send(get("/x"));
                    const auto answer = client.read();
                    if (answer.complete)
                        ++whole;
                    else if (!answer.text.empty())
                        ++half;
                    open = answer.complete && !answer.headers.contains("Connection");
                }
            }
        } catch (const std::runtime_error&) {
            return;  // the door is shut
        }
    }

    Desk desk_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StopTest);

}  // namespace souk::web::test
