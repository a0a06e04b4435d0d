#include "support/raw_http.hpp"
#include "web/front/server.hpp"
#include "wire_cases.hpp"

#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>

namespace souk::web::test {

namespace {

using support::RawAnswer;
using support::RawHttp;

constexpr std::size_t kBytewiseUpTo = 700;

Limits smallLimits() {
    Limits limits;
    limits.headerBytes = 12 * kKilobyte;
    limits.uriBytes = 2048;
    limits.bodyBytes = 1024;
    limits.bodyBytesFor = [](std::string_view path) -> std::size_t {
        return path == "/large" ? 4096 : 1024;
    };
    limits.chunkExtensionBytes = 256;
    limits.trailerBytes = 512;
    return limits;
}

Response echo(const Request& request) {
    Response response;
    response.body = request.method + " " + request.path + " ? " + request.query +
                    " host=" + std::string(sdk::valueOf(request.headers, "Host")) + " echo=[" +
                    std::string(sdk::valueOf(request.headers, "X-Echo")) + "] body=[" +
                    request.body + "] size=" + std::to_string(request.body.size());
    return response;
}

}  // namespace

class WireTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WireTest);
    CPPUNIT_TEST(everyHeadSentAtOnceIsAnsweredOrRefused);
    CPPUNIT_TEST(everyHeadSentByteByByteIsAnsweredOrRefused);
    CPPUNIT_TEST(everyBodySentAtOnceIsAnsweredOrRefused);
    CPPUNIT_TEST(everyBodySentByteByByteIsAnsweredOrRefused);
    CPPUNIT_TEST(everyGoodCaseInOnePipelineIsAnsweredInOrder);
    CPPUNIT_TEST(theTableHoldsAtLeastSixtyCases);
    CPPUNIT_TEST(aRefusalIsAProblemDocumentThatClosesTheConnection);
    CPPUNIT_TEST(anExpectedContinueIsSentBeforeTheBody);
    CPPUNIT_TEST(headGetsNoBodyButItsLength);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        server_ = std::make_unique<Server>(
            "127.0.0.1:0", smallLimits(), [this](const Request& request, Responder responder) {
                if (request.path == "/smuggled") ++smuggled_;
                responder.send(echo(request));
            });
        CPPUNIT_ASSERT(server_->start());
    }

    void tearDown() override {
        server_.reset();
        CPPUNIT_ASSERT_EQUAL(0, smuggled_.load());
    }

    void everyHeadSentAtOnceIsAnsweredOrRefused() {
        for (const auto& wire : headCases()) checkAtOnce(wire);
    }
    void everyHeadSentByteByByteIsAnsweredOrRefused() {
        for (const auto& wire : headCases()) checkBytewise(wire);
    }
    void everyBodySentAtOnceIsAnsweredOrRefused() {
        for (const auto& wire : bodyCases()) checkAtOnce(wire);
    }
    void everyBodySentByteByByteIsAnsweredOrRefused() {
        for (const auto& wire : bodyCases()) checkBytewise(wire);
    }

    void everyGoodCaseInOnePipelineIsAnsweredInOrder() {
        auto cases = headCases();
        for (auto& wire : bodyCases()) cases.push_back(wire);
        std::erase_if(cases, [](const auto& wire) { return !wire.stays; });
        std::string all;
        for (const auto& wire : cases) all += wire.bytes;
        RawHttp client(server_->port());
        CPPUNIT_ASSERT(client.send(all));
        for (const auto& wire : cases) check(wire, client.read());
    }

    void theTableHoldsAtLeastSixtyCases() {
        CPPUNIT_ASSERT(headCases().size() + bodyCases().size() >= 60);
    }

    void aRefusalIsAProblemDocumentThatClosesTheConnection() {
        const auto answer = support::ask(server_->port(), "GET / HTTP/1.1\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("application/problem+json"),
                             answer.headers.at("Content-Type"));
        CPPUNIT_ASSERT_EQUAL(std::string("close"), answer.headers.at("Connection"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type":"about:blank","title":"Bad Request","status":400,)"
                        R"("detail":"The request has no Host header; HTTP/1.1 requires one."})"),
            answer.body);
    }

    void anExpectedContinueIsSentBeforeTheBody() {
        RawHttp client(server_->port());
        client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(100, client.read().status);
        client.send("hi");
        const auto answer = client.read();
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT(answer.body.find("body=[hi]") != std::string::npos);
    }

    void headGetsNoBodyButItsLength() {
        RawHttp client(server_->port());
        client.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto head = client.read(RawHttp::kPatience, true);
        CPPUNIT_ASSERT(sdk::valueOf(head.headers, "Content-Length").size() >= 2);
        client.send("GET /g HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT(client.read().body.starts_with("GET /g"));
    }

private:
    void check(const WireCase& wire, const RawAnswer& answer) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(wire.name + ": " + answer.text, wire.status, answer.status);
        CPPUNIT_ASSERT_MESSAGE(wire.name + " is incomplete", answer.complete);
        CPPUNIT_ASSERT_MESSAGE(wire.name + " wants '" + wire.contains + "' in " + answer.body,
                               answer.body.find(wire.contains) != std::string::npos);
    }

    /// The connection then either serves exactly the next request, or ends.
    void checkAfter(const WireCase& wire, RawHttp& client) {
        if (!wire.stays) {
            CPPUNIT_ASSERT_MESSAGE(wire.name + " stays open", client.ends());
            return;
        }
        client.send("GET /after HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto next = client.read();
        CPPUNIT_ASSERT_MESSAGE(wire.name + " desynchronises: " + next.text,
                               next.status == 200 && next.body.starts_with("GET /after"));
    }

    void checkAtOnce(const WireCase& wire) {
        RawHttp client(server_->port());
        client.send(wire.bytes);
        check(wire, client.read());
        checkAfter(wire, client);
    }

    void checkBytewise(const WireCase& wire) {
        if (wire.bytes.size() > kBytewiseUpTo) return;
        RawHttp client(server_->port());
        for (const char c : wire.bytes)
            if (!client.send({&c, 1})) break;
        auto answer = client.read();
        if (answer.status == 100) answer = client.read();
        check(wire, answer);
        checkAfter(wire, client);
    }

    std::atomic<int> smuggled_{0};
    std::unique_ptr<Server> server_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireTest);

}  // namespace souk::web::test
