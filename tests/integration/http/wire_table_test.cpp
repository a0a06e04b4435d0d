#include "hub_on_wire.hpp"
#include "wire_case.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/json.hpp>

#include <algorithm>
#include <set>

namespace souk::test {

namespace {

using support::RawAnswer;
using support::RawHttp;

constexpr std::size_t kBytewiseUpTo = 700;

std::string listed(const std::vector<RawAnswer>& answers) {
    std::string text;
    for (const auto& answer : answers) text += "\n" + answer.text;
    return text;
}

}  // namespace

/// Byte for byte against the whole hub: no answer too few, none too many, whatever was sent.
class WireTableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WireTableTest);
    CPPUNIT_TEST(soundRequestsAreAnswered);
    CPPUNIT_TEST(unreadBodiesAreDrained);
    CPPUNIT_TEST(pipelinesAreAnsweredInOrder);
    CPPUNIT_TEST(faultyHeadsAreRefused);
    CPPUNIT_TEST(faultyLengthsAreRefused);
    CPPUNIT_TEST(faultyChunksAreRefused);
    CPPUNIT_TEST(tooMuchIsRefused);
    CPPUNIT_TEST(brokenRequestsAreDropped);
    CPPUNIT_TEST(answersToHeadHaveNoBody);
    CPPUNIT_TEST(theTableHoldsMoreThanAHundredCases);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<HubOnWire>(std::vector<std::string>{"web.header_bytes=4KB",
                                                                    "web.header_count=20",
                                                                    "web.uri_bytes=1KB",
                                                                    "web.body_bytes=2KB"});
    }
    void tearDown() override { hub_.reset(); }

    void soundRequestsAreAnswered() { checkAll(soundRequests(hub_->token())); }
    void unreadBodiesAreDrained() { checkAll(unreadBodies(hub_->token())); }
    void pipelinesAreAnsweredInOrder() { checkAll(pipelines()); }
    void faultyHeadsAreRefused() { checkAll(faultyHeads()); }
    void faultyLengthsAreRefused() { checkAll(faultyLengths()); }
    void faultyChunksAreRefused() { checkAll(faultyChunks()); }
    void tooMuchIsRefused() { checkAll(tooMuch()); }
    void brokenRequestsAreDropped() { checkAll(broken()); }

    void answersToHeadHaveNoBody() {
        RawHttp client(hub_->port());
        for (const auto& [target, status] : {std::pair{"/healthz", 200},
                                             std::pair{"/api/v1/stores", 401},
                                             std::pair{"/nothing", 404}}) {
            client.send(std::string("HEAD ") + target + " HTTP/1.1\r\n" + kHost + "\r\n");
            const auto answer = client.read(RawHttp::kPatience, true);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.text, status, answer.status);
            CPPUNIT_ASSERT(answer.headers.at("Content-Length") != "0");
        }
        client.send(get("/healthz"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":"alive"})"), client.read().body);
    }

    void theTableHoldsMoreThanAHundredCases() {
        std::set<std::string> names;
        std::size_t cases = 0;
        for (const auto& part : {soundRequests(""),
                                 unreadBodies(""),
                                 pipelines(),
                                 faultyHeads(),
                                 faultyLengths(),
                                 faultyChunks(),
                                 tooMuch(),
                                 broken()}) {
            cases += part.size();
            for (const auto& wire : part) names.insert(wire.name);
        }
        CPPUNIT_ASSERT(cases > 100);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a name stands for two cases", cases, names.size());
    }

private:
    void checkAll(const WireCases& cases) {
        for (const auto& wire : cases) {
            check(wire, false);
            if (wire.bytes.size() <= kBytewiseUpTo) check(wire, true);
        }
    }

    void check(const WireCase& wire, bool bytewise) {
        const auto told = wire.name + (bytewise ? " (byte by byte)" : "");
        RawHttp client(hub_->port());
        if (bytewise)
            for (const char c : wire.bytes) client.send({&c, 1});
        else
            client.send(wire.bytes);
        auto wanted = wire.statuses;
        if (wire.then == Then::Leaves) client.endSending();
        if (wire.then == Then::Serves) {
            client.send(get("/healthz", "Connection: close\r\n"));
            wanted.push_back(200);
        }
        const auto answers = allOf(client, told);
        std::vector<int> statuses;
        for (const auto& answer : answers) statuses.push_back(answer.status);
        CPPUNIT_ASSERT_MESSAGE(told + " was answered" + listed(answers), wanted == statuses);
        for (const auto& answer : answers) checkForm(told, answer);
        if (wire.then == Then::Serves)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                told, std::string(R"({"status":"alive"})"), answers.back().body);
        if (wire.statuses.empty()) return;
        const auto& last = answers.at(wire.statuses.size() - 1).body;
        CPPUNIT_ASSERT_MESSAGE(told + ": " + last, last.find(wire.says) != std::string::npos);
    }

    /// Until the hub ends the connection, without a byte between or behind; an interim 100 is none.
    static std::vector<RawAnswer> allOf(RawHttp& client, const std::string& told) {
        std::vector<RawAnswer> answers;
        for (;;) {
            auto answer = client.read();
            if (!answer.complete) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(told, std::string(), answer.text);
                CPPUNIT_ASSERT_MESSAGE(told + " stays open", client.ends());
                return answers;
            }
            if (answer.status != 100) answers.push_back(std::move(answer));
        }
    }

    /// Every failure is a problem document with its status and a sentence.
    static void checkForm(const std::string& told, const RawAnswer& answer) {
        CPPUNIT_ASSERT_MESSAGE(told, answer.headers.contains("Date"));
        if (answer.status < 400) return;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            told, std::string("application/problem+json"), answer.headers.at("Content-Type"));
        const auto problem = sdk::Json::parse(answer.body);
        CPPUNIT_ASSERT_MESSAGE(told + ": " + answer.body, static_cast<bool>(problem));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            told, std::int64_t{answer.status}, *problem->integer("status"));
        CPPUNIT_ASSERT_MESSAGE(told, !problem->textOr("detail", "").empty());
    }

    std::unique_ptr<HubOnWire> hub_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireTableTest);

}  // namespace souk::test
