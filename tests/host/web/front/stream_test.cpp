#include "desk.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <thread>
#include <vector>

namespace souk::web::test {

using support::RawHttp;
using namespace std::chrono_literals;

namespace {

Response eventHead() {
    return {200, {{"Content-Type", "text/event-stream"}}, ""};
}

}  // namespace

/// Answers in pieces, as server-sent events are.
class StreamTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StreamTest);
    CPPUNIT_TEST(aStreamArrivesPieceByPieceAndTheConnectionGoesOn);
    CPPUNIT_TEST(aStreamMayBeFilledInsideItsHandler);
    CPPUNIT_TEST(aStreamToHttp10EndsWithTheConnection);
    CPPUNIT_TEST(writingNothingIsNoEnd);
    CPPUNIT_TEST(aDroppedStreamIsEnded);
    CPPUNIT_TEST(aFullBufferRefusesTheWriteUntilTheClientReads);
    CPPUNIT_TEST(aReaderWhoTakesNothingIsCutOff);
    CPPUNIT_TEST(aClientThatLeavesClosesTheStreamWithoutAWrite);
    CPPUNIT_TEST(aStreamForAClientThatLeftIsClosed);
    CPPUNIT_TEST(headOfAStreamIsItsHeadAlone);
    CPPUNIT_TEST(manyThreadsWriteOneStream);
    CPPUNIT_TEST(anIdleStreamIsNotTimedOut);
    CPPUNIT_TEST_SUITE_END();

public:
    void aStreamArrivesPieceByPieceAndTheConnectionGoesOn() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(get("/events"));
        const auto stream = desk_.take().responder.stream(eventHead());
        CPPUNIT_ASSERT(client.readBytes(1).ends_with("Transfer-Encoding: chunked\r\n\r\n"));
        CPPUNIT_ASSERT(stream->write("data: 1\n\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("9\r\ndata: 1\n\n\r\n"), client.readBytes(14));
        CPPUNIT_ASSERT(stream->write(std::string(20'000, 'x')));
        CPPUNIT_ASSERT(client.readBytes(20'008).starts_with("4e20\r\nxxx"));
        stream->close();
        stream->close();
        CPPUNIT_ASSERT(!stream->write("more"));
        CPPUNIT_ASSERT_EQUAL(std::string("0\r\n\r\n"), client.readBytes(5));
        client.send(get("/next"));
        desk_.take().responder.send(text("next"));
        CPPUNIT_ASSERT_EQUAL(std::string("next"), client.read().body);
    }

    void aStreamMayBeFilledInsideItsHandler() {
        const auto server = started({}, [](const Request&, Responder responder) {
            const auto stream = responder.stream(eventHead());
            stream->write("one ");
            stream->write("two");
        });
        const auto answer = support::ask(server->port(), get("/"));
        CPPUNIT_ASSERT_EQUAL(std::string("one two"), answer.body);
        CPPUNIT_ASSERT_EQUAL(std::string("text/event-stream"), answer.headers.at("Content-Type"));
    }

    void aStreamToHttp10EndsWithTheConnection() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const auto stream = desk_.take().responder.stream(eventHead());
        stream->write("plain");
        stream->close();
        const auto answer = client.read();
        CPPUNIT_ASSERT(answer.complete);
        CPPUNIT_ASSERT_EQUAL(std::string("plain"), answer.body);
    }

    void writingNothingIsNoEnd() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        const auto stream = desk_.take().responder.stream(eventHead());
        CPPUNIT_ASSERT(stream->write(""));
        CPPUNIT_ASSERT(stream->write("still here"));
        stream->close();
        CPPUNIT_ASSERT_EQUAL(std::string("still here"), client.read().body);
    }

    void aDroppedStreamIsEnded() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        desk_.take().responder.stream(eventHead())->write("last words");
        const auto answer = client.read();
        CPPUNIT_ASSERT(answer.complete);
        CPPUNIT_ASSERT_EQUAL(std::string("last words"), answer.body);
    }

    void aFullBufferRefusesTheWriteUntilTheClientReads() {
        Limits limits;
        limits.streamBufferBytes = 200'000;
        const auto server = started(limits, desk_.handler());
        RawHttp client(server->port(), 4096);
        client.send(get("/"));
        const auto stream = desk_.take().responder.stream(eventHead());
        CPPUNIT_ASSERT(!stream->write(std::string(200'000, 'x')));
        std::size_t written = 0;
        const std::string piece(50'000, 'x');
        eventually("the buffer is full", [&] {
            if (!stream->write(piece)) return true;
            written += piece.size();
            return false;
        });
        CPPUNIT_ASSERT(stream->open());
        std::size_t read = 0;
        eventually("there is room again", [&] {
            read += client.readBytes(1).size();
            return stream->write(piece);
        });
        written += piece.size();
        stream->close();
        std::string rest;
        while (!(rest = client.readBytes(1, 1s)).ends_with("0\r\n\r\n")) read += rest.size();
        read += rest.size();
        CPPUNIT_ASSERT(read > written);
    }

    void aReaderWhoTakesNothingIsCutOff() {
        Limits limits;
        limits.write = 100ms;
        const auto server = started(limits, desk_.handler());
        RawHttp client(server->port(), 4096);
        client.send(get("/"));
        const auto stream = desk_.take().responder.stream(eventHead());
        eventually("it is cut off", [&] {
            stream->write(std::string(50'000, 'x'));
            return !stream->open();
        });
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, server->stats().timeouts);
    }

    void aClientThatLeavesClosesTheStreamWithoutAWrite() {
        const auto server = started({}, desk_.handler());
        {
            RawHttp client(server->port());
            client.send(get("/"));
            const auto stream = desk_.take().responder.stream(eventHead());
            client.readBytes(1);
            client.endSending();
            eventually("the server sees it", [&] { return !stream->open(); });
            CPPUNIT_ASSERT(!stream->write("anyone?"));
        }
    }

    void aStreamForAClientThatLeftIsClosed() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        auto item = desk_.take();
        client.reset();
        eventually("the server sees it", [&] { return server->stats().openConnections == 0; });
        const auto stream = item.responder.stream(eventHead());
        eventually("the stream is closed", [&] { return !stream->open(); });
    }

    void headOfAStreamIsItsHeadAlone() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto stream = desk_.take().responder.stream(eventHead());
        CPPUNIT_ASSERT_EQUAL(200, client.read(RawHttp::kPatience, true).status);
        eventually("the stream is closed", [&] { return !stream->open(); });
        client.send(get("/"));
        desk_.take().responder.send(text("in sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("in sync"), client.read().body);
    }

    void manyThreadsWriteOneStream() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        const auto stream = desk_.take().responder.stream(eventHead());
        {
            std::vector<std::jthread> writers;
            writers.reserve(4);
            for (int i = 0; i < 4; ++i)
                writers.emplace_back([&] {
                    for (int n = 0; n < 200; ++n) stream->write("12345678\n\n");
                });
        }
        stream->close();
        CPPUNIT_ASSERT_EQUAL(std::size_t{8000}, client.read().body.size());
    }

    void anIdleStreamIsNotTimedOut() {
        Limits limits;
        limits.idle = limits.headerArrival = limits.bodyArrival = limits.write = 30ms;
        const auto server = started(limits, desk_.handler());
        RawHttp client(server->port());
        RawHttp timer(server->port());
        client.send(get("/"));
        const auto stream = desk_.take().responder.stream(eventHead());
        CPPUNIT_ASSERT(timer.ends());  // the limits have passed for a connection made before
        client.readBytes(1);
        stream->write("still here");
        CPPUNIT_ASSERT(client.readBytes(15).starts_with("a\r\nstill here"));
    }

private:
    Desk desk_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StreamTest);

}  // namespace souk::web::test
