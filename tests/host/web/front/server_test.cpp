#include "web/front/server.hpp"

#include "desk.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace souk::web::test {

using support::ask;
using support::RawHttp;
using namespace std::chrono_literals;

class ServerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServerTest);
    CPPUNIT_TEST(aTakenPortIsRejectedWithTheReason);
    CPPUNIT_TEST(anAddressThatIsNoneIsRejected);
    CPPUNIT_TEST(aLimitOfZeroIsRejectedByName);
    CPPUNIT_TEST(theRequestNamesItsPeerAndKeepsEveryByteOfItsBody);
    CPPUNIT_TEST(aDeferredAnswerComesFromAnotherThread);
    CPPUNIT_TEST(pipelinedRequestsAreAnsweredInOrderThoughDeferred);
    CPPUNIT_TEST(oneHandlerMayAnswerAnothersRequest);
    CPPUNIT_TEST(manyThreadsAnswerManyConnections);
    CPPUNIT_TEST(aDroppedResponderAnswers500);
    CPPUNIT_TEST(aReplacedResponderAnswers500);
    CPPUNIT_TEST(aSecondAnswerIsIgnored);
    CPPUNIT_TEST(aThrowingHandlerIsAnswered500AndStaysInSync);
    CPPUNIT_TEST(anAnswerThatWouldSplitBecomes500);
    CPPUNIT_TEST(anAnswerMayAskToClose);
    CPPUNIT_TEST(anAnswerWithoutContentHasNoBody);
    CPPUNIT_TEST(answeringAClientThatLeftIsHarmless);
    CPPUNIT_TEST(aClientThatSaysNoMoreStillGetsItsAnswers);
    CPPUNIT_TEST_SUITE_END();

public:
    void aTakenPortIsRejectedWithTheReason() {
        const auto first = started({}, desk_.handler());
        const auto address = "127.0.0.1:" + std::to_string(first->port());
        Server second(address, {}, desk_.handler());
        const auto result = second.start();
        CPPUNIT_ASSERT(!result);
        CPPUNIT_ASSERT_EQUAL("cannot listen on " + address +
                                 ": Address already in use; free it or choose another address",
                             result.error().message);
    }

    void anAddressThatIsNoneIsRejected() {
        for (const auto* const text : {"nonsense", "127.0.0.1:70000", "", "[::1"}) {
            const auto result = Server(text, {}, desk_.handler()).start();
            CPPUNIT_ASSERT_MESSAGE(text, !result);
            CPPUNIT_ASSERT(result.error().message.find("write it as") != std::string::npos);
        }
    }

    void aLimitOfZeroIsRejectedByName() {
        Limits threads;
        threads.ioThreads = 0;
        expectZeroNamed(threads, "web.io_threads");
        Limits time;
        time.idle = 0ms;
        expectZeroNamed(time, "web.idle_timeout");
    }

    void theRequestNamesItsPeerAndKeepsEveryByteOfItsBody() {
        const auto before = std::chrono::steady_clock::now();
        const auto server = started({}, desk_.handler());
        std::string body;
        for (int i = 0; i < 600'000; ++i) body += static_cast<char>(i * 7 % 256);
        RawHttp client(server->port());
        CPPUNIT_ASSERT(client.send(post("/bytes", body)));
        auto item = desk_.take();
        CPPUNIT_ASSERT(item.request.body == body);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), item.request.peer);
        CPPUNIT_ASSERT(item.request.receivedAt >= before);
        item.responder.send(text(body));
        CPPUNIT_ASSERT(client.read().body == body);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, server->stats().bufferedBytes);
    }

    void aDeferredAnswerComesFromAnotherThread() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        for (int i = 0; i < 20; ++i) {
            client.send(get("/" + std::to_string(i)));
            auto item = desk_.take();
            item.responder.send(text("answer to " + item.request.path));
            CPPUNIT_ASSERT_EQUAL("answer to /" + std::to_string(i), client.read().body);
        }
    }

    void pipelinedRequestsAreAnsweredInOrderThoughDeferred() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        std::string all;
        for (int i = 0; i < 50; ++i) all += post("/" + std::to_string(i), "x");
        client.send(all);
        for (int i = 0; i < 50; ++i) {
            auto item = desk_.take();
            CPPUNIT_ASSERT_EQUAL("/" + std::to_string(i), item.request.path);
            item.responder.send(text(item.request.path));
        }
        for (int i = 0; i < 50; ++i)
            CPPUNIT_ASSERT_EQUAL("/" + std::to_string(i), client.read().body);
    }

    void oneHandlerMayAnswerAnothersRequest() {
        Limits limits;
        limits.ioThreads = 1;
        std::vector<Responder> waiting;
        const auto server = started(limits, [&](const Request& request, Responder responder) {
            if (request.path == "/wait") return waiting.push_back(std::move(responder));
            for (auto& other : waiting) other.send(text("at last"));
            responder.send(text("told"));
        });
        RawHttp first(server->port());
        first.send(get("/wait") + get("/go"));
        eventually("the first is handled", [&] { return server->stats().requests == 1; });
        CPPUNIT_ASSERT_EQUAL(std::string("told"), ask(server->port(), get("/go")).body);
        CPPUNIT_ASSERT_EQUAL(std::string("at last"), first.read().body);
        CPPUNIT_ASSERT_EQUAL(std::string("told"), first.read().body);
    }

    void manyThreadsAnswerManyConnections() {
        constexpr int kClients = 8;
        constexpr int kRequests = 100;
        const auto server = started({}, desk_.handler());
        std::vector<std::jthread> threads;
        std::atomic<int> right{0};
        threads.reserve(kClients + 4);
        for (int worker = 0; worker < 4; ++worker)
            threads.emplace_back([&] {
                for (int i = 0; i < kClients * kRequests / 4; ++i) {
                    auto item = desk_.take();
                    item.responder.send(text(item.request.path + item.request.body));
                }
            });
        for (int client = 0; client < kClients; ++client)
            threads.emplace_back([&, client] {
                RawHttp http(server->port());
                for (int i = 0; i < kRequests; ++i) {
                    const auto path = "/" + std::to_string(client) + "/" + std::to_string(i);
                    http.send(post(path, "!"));
                    right += http.read().body == path + "!" ? 1 : 0;
                }
            });
        threads.clear();
        CPPUNIT_ASSERT_EQUAL(kClients * kRequests, right.load());
    }

    void aDroppedResponderAnswers500() {
        const auto server = started({}, [](const Request&, const Responder&) {});
        const auto answer = ask(server->port(), get("/"));
        CPPUNIT_ASSERT_EQUAL(500, answer.status);
        CPPUNIT_ASSERT(answer.body.find("given up without an answer") != std::string::npos);
    }

    void aReplacedResponderAnswers500() {
        const auto server = started({}, desk_.handler());
        RawHttp first(server->port());
        RawHttp second(server->port());
        first.send(get("/first"));
        auto one = desk_.take();
        second.send(get("/second"));
        auto two = desk_.take();
        one.responder = std::move(two.responder);
        CPPUNIT_ASSERT_EQUAL(500, first.read().status);
        one.responder.send(text("second"));
        CPPUNIT_ASSERT_EQUAL(std::string("second"), second.read().body);
    }

    void aSecondAnswerIsIgnored() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(get("/1"));
        auto item = desk_.take();
        item.responder.send(text("first"));
        item.responder.send(text("again"));
        CPPUNIT_ASSERT(!item.responder.stream({})->open());
        CPPUNIT_ASSERT_EQUAL(std::string("first"), client.read().body);
        client.send(get("/2"));
        desk_.take().responder.send(text("second"));
        CPPUNIT_ASSERT_EQUAL(std::string("second"), client.read().body);
    }

    void aThrowingHandlerIsAnswered500AndStaysInSync() {
        std::vector<std::string> reports;
        Limits limits;
        limits.ioThreads = 1;
        const auto server = started(
            limits,
            [](const Request& request, Responder responder) {
                if (request.path == "/throw") throw std::runtime_error("the shelf broke");
                if (request.path == "/odd") throw 42;
                responder.send(text(request.path));
            },
            [&](std::string_view report) { reports.emplace_back(report); });
        RawHttp client(server->port());
        client.send(post("/throw", "body") + post("/odd", "body") + get("/fine"));
        CPPUNIT_ASSERT_EQUAL(500, client.read().status);
        CPPUNIT_ASSERT_EQUAL(500, client.read().status);
        CPPUNIT_ASSERT_EQUAL(std::string("/fine"), client.read().body);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, server->stats().handlerFailures);
        server->stop(1s);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, reports.size());
        CPPUNIT_ASSERT_EQUAL(std::string("a handler threw: the shelf broke"), reports.front());
    }

    void anAnswerThatWouldSplitBecomes500() {
        const std::vector<Response> unfit = {
            {200, {{"X-A", "1\r\nX-Admin: 1"}}, ""},
            {200, {{"X-A", std::string("a\0b", 3)}}, ""},
            {200, {{"X A", "1"}}, ""},
            {200, {{"X-A: 1\r\nX-B", "1"}}, ""},
            {99, {}, ""},
            {1000, {}, ""},
        };
        std::size_t next = 0;
        Limits limits;
        limits.ioThreads = 1;
        const auto server = started(limits, [&](const Request&, Responder responder) {
            if (next < unfit.size()) return responder.send(unfit[next++]);
            responder.stream(unfit.front());
        });
        RawHttp client(server->port());
        for (std::size_t i = 0; i <= unfit.size(); ++i) {
            client.send(get("/"));
            const auto answer = client.read();
            CPPUNIT_ASSERT_EQUAL(500, answer.status);
            CPPUNIT_ASSERT(!answer.headers.contains("X-Admin"));
            CPPUNIT_ASSERT(!answer.headers.contains("X-B"));
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, server->stats().handlerFailures);
    }

    void anAnswerMayAskToClose() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(get("/"));
        auto response = text("bye");
        response.headers = {{"connection", "Close"}, {"Content-Length", "99"}, {"Date", "never"}};
        desk_.take().responder.send(response);
        const auto answer = client.read();
        CPPUNIT_ASSERT_EQUAL(std::string("bye"), answer.body);
        CPPUNIT_ASSERT_EQUAL(std::string("close"), answer.headers.at("Connection"));
        CPPUNIT_ASSERT(answer.headers.at("Date").ends_with(" GMT"));
        CPPUNIT_ASSERT(client.ends());
    }

    void anAnswerWithoutContentHasNoBody() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        for (const int status : {204, 304}) {
            client.send(get("/"));
            desk_.take().responder.send({status, {}, "never sent"});
            const auto answer = client.read();
            CPPUNIT_ASSERT_EQUAL(status, answer.status);
            CPPUNIT_ASSERT(!answer.headers.contains("Content-Length"));
        }
        client.send(get("/"));
        desk_.take().responder.send(text("in sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("in sync"), client.read().body);
    }

    void answeringAClientThatLeftIsHarmless() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(post("/", "hello"));
        auto one = desk_.take();
        client.reset();
        eventually("the server sees it", [&] { return server->stats().openConnections == 0; });
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, server->stats().bufferedBytes);
        one.responder.send(text("too late"));
        RawHttp other(server->port());
        other.send(get("/"));
        desk_.take().responder.send(text("fine"));
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), other.read().body);
    }

    void aClientThatSaysNoMoreStillGetsItsAnswers() {
        const auto server = started({}, desk_.handler());
        RawHttp client(server->port());
        client.send(get("/1") + get("/2"));
        client.endSending();
        desk_.take().responder.send(text("one"));
        desk_.take().responder.send(text("two"));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), client.read().body);
        CPPUNIT_ASSERT_EQUAL(std::string("two"), client.read().body);
        CPPUNIT_ASSERT(client.ends());
    }

private:
    void expectZeroNamed(const Limits& limits, const std::string& key) {
        const auto result = Server("127.0.0.1:0", limits, desk_.handler()).start();
        CPPUNIT_ASSERT(!result);
        CPPUNIT_ASSERT_EQUAL(key + " is 0; give it a positive value", result.error().message);
    }

    Desk desk_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerTest);

}  // namespace souk::web::test
