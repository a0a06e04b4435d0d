#include "web/call.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <functional>

namespace souk::web {

namespace {

constexpr const char* kStore = "0192f0c4-7a10-7c3e-9b57-3f0c1d2e4a01";
constexpr const char* kOther = "0192f0c4-7a10-7c3e-9b57-3f0c1d2e4a02";

core::Uuid uuid(const char* text) {
    return *core::Uuid::parse(text);
}

/// The Problem that `act` ends with.
Problem refusal(const std::function<void()>& act) {
    try {
        act();
    } catch (const Problem& problem) {
        return problem;
    }
    CPPUNIT_FAIL("nothing was refused");
    return {0, ""};
}

}  // namespace

class CallTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CallTest);
    CPPUNIT_TEST(aQueryIsSplitAndDecoded);
    CPPUNIT_TEST(brokenEscapesAndRepetitionsAreRefused);
    CPPUNIT_TEST(anEmptyParameterIsNone);
    CPPUNIT_TEST(parametersAreReadByTypeAndRefusedByName);
    CPPUNIT_TEST(anUnescapedOffsetIsStillATime);
    CPPUNIT_TEST(limitsStayInTheirBounds);
    CPPUNIT_TEST(aWordMustBeOneOfThoseKnown);
    CPPUNIT_TEST(anUnknownParameterIsRefusedWithTheKnownOnes);
    CPPUNIT_TEST(anIdThatIsNoneIsNotFound);
    CPPUNIT_TEST(aTokenOfOneStoreIsBoundToIt);
    CPPUNIT_TEST(aTokenOfAllStoresMustNameOne);
    CPPUNIT_TEST(aBodyIsAJsonObjectOfKnownMembers);
    CPPUNIT_TEST(noBodyIsAnEmptyObject);
    CPPUNIT_TEST(aRequestsKeyIsItsTokens);
    CPPUNIT_TEST_SUITE_END();

public:
    void aQueryIsSplitAndDecoded() {
        const auto values = queryValues("q=red+lamp%2C%20big&&empty=&flag&a%3Db=c=d");
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), values.size());
        CPPUNIT_ASSERT_EQUAL(std::string("red lamp, big"), values.at("q"));
        CPPUNIT_ASSERT_EQUAL(std::string(), values.at("empty"));
        CPPUNIT_ASSERT_EQUAL(std::string(), values.at("flag"));
        CPPUNIT_ASSERT_EQUAL(std::string("c=d"), values.at("a=b"));
        CPPUNIT_ASSERT(queryValues("").empty());
    }
    void brokenEscapesAndRepetitionsAreRefused() {
        for (const auto* raw : {"q=%", "q=%4", "q=%zz", "%=1", "q=1&q=2", "q=1&%71=2"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(raw, 400, refusal([&] { queryValues(raw); }).status());
    }
    void anEmptyParameterIsNone() {
        const auto call = with("q=&limit=&in_stock=&since=&store_id=");
        CPPUNIT_ASSERT(!call.text("q"));
        CPPUNIT_ASSERT(!call.boolean("in_stock"));
        CPPUNIT_ASSERT(!call.time("since"));
        CPPUNIT_ASSERT(!call.uuid("store_id"));
        CPPUNIT_ASSERT_EQUAL(50, call.limit());
    }
    void parametersAreReadByTypeAndRefusedByName() {
        const auto call = with("a=true&b=false&c=yes&u=" + std::string(kStore) +
                               "&v=abc&t=2026-11-01T00:00:00Z&w=yesterday");
        CPPUNIT_ASSERT(*call.boolean("a") && !*call.boolean("b"));
        CPPUNIT_ASSERT(uuid(kStore) == *call.uuid("u"));
        CPPUNIT_ASSERT(call.time("t").has_value());
        for (const auto& [name, act] :
             std::initializer_list<std::pair<const char*, std::function<void()>>>{
                 {"c", [&] { (void)call.boolean("c"); }},
                 {"v", [&] { (void)call.uuid("v"); }},
                 {"w", [&] { (void)call.time("w"); }}}) {
            const auto problem = refusal(act);
            CPPUNIT_ASSERT_EQUAL(400, problem.status());
            CPPUNIT_ASSERT(std::string(problem.what())
                               .starts_with("Parameter " + std::string(name) + " must be"));
        }
    }
    void anUnescapedOffsetIsStillATime() {
        const auto escaped = with("t=2026-11-01T02:00:00%2B02:00");
        const auto typed = with("t=2026-11-01T02:00:00+02:00");
        CPPUNIT_ASSERT(*escaped.time("t") == *typed.time("t"));
        CPPUNIT_ASSERT_EQUAL(400, refusal([] { (void)with("t=+").time("t"); }).status());
    }
    void limitsStayInTheirBounds() {
        CPPUNIT_ASSERT_EQUAL(1, with("limit=1").limit());
        CPPUNIT_ASSERT_EQUAL(250, with("limit=250").limit());
        for (const auto* raw : {"0", "251", "-1", "1.5", "ten", "99999999999", "1 "})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                raw, 400, refusal([&] {
                              (void)with("limit=" + std::string(raw)).limit();
                          }).status());
    }
    void aWordMustBeOneOfThoseKnown() {
        CPPUNIT_ASSERT_EQUAL(std::string("dead"),
                             *with("state=dead").oneOf("state", {"done", "dead"}));
        CPPUNIT_ASSERT(!with("").oneOf("state", {"done"}));
        const auto problem = refusal([] {
            (void)with("state=deed").oneOf("state", {"done", "dead"});
        });
        CPPUNIT_ASSERT_EQUAL(std::string("Parameter state must be one of done, dead."),
                             std::string(problem.what()));
    }
    void anUnknownParameterIsRefusedWithTheKnownOnes() {
        with("q=1&limit=2").knows({"q", "limit", "cursor"});
        const auto problem = refusal([] { with("colour=red").knows({"q", "limit"}); });
        CPPUNIT_ASSERT_EQUAL(400, problem.status());
        CPPUNIT_ASSERT_EQUAL(std::string("Parameter colour is not known here; known: q, limit."),
                             std::string(problem.what()));
        CPPUNIT_ASSERT(
            std::string(refusal([] { with("a=1").knows({}); }).what()).ends_with("known: none."));
    }
    void anIdThatIsNoneIsNotFound() {
        Call call = with("");
        call.path = {{"id", kStore}, {"bad", "12"}};
        CPPUNIT_ASSERT(uuid(kStore) == call.id());
        CPPUNIT_ASSERT_EQUAL(404, refusal([&] { (void)call.id("bad"); }).status());
        CPPUNIT_ASSERT_EQUAL(404, refusal([&] { (void)call.id("none"); }).status());
    }
    void aTokenOfOneStoreIsBoundToIt() {
        auto call = with("");
        call.caller.storeId = uuid(kStore);
        CPPUNIT_ASSERT(uuid(kStore) == call.store());
        call.query = {{"store_id", kStore}};
        CPPUNIT_ASSERT(uuid(kStore) == call.store());
        call.query = {{"store_id", kOther}};
        CPPUNIT_ASSERT_EQUAL(404, refusal([&] { (void)call.store(); }).status());
    }
    void aTokenOfAllStoresMustNameOne() {
        CPPUNIT_ASSERT_EQUAL(400, refusal([] { (void)with("").store(); }).status());
        CPPUNIT_ASSERT(uuid(kOther) == with("store_id=" + std::string(kOther)).store());
    }
    void aRequestsKeyIsItsTokens() {
        CPPUNIT_ASSERT_EQUAL(std::string(), with("").requestKey());
        auto call = sent("{}");
        request_.headers.emplace("Idempotency-Key", "k1");
        call.caller.tokenId = uuid(kStore);
        CPPUNIT_ASSERT_EQUAL(std::string(kStore) + "/k1", call.requestKey());
        CPPUNIT_ASSERT_EQUAL(400, refusal([&] { call.refusesKey(); }).status());
    }
    void aBodyIsAJsonObjectOfKnownMembers() {
        CPPUNIT_ASSERT_EQUAL(std::string("x"), sent(R"({"a":"x"})").body({"a"}).textOr("a", ""));
        CPPUNIT_ASSERT_EQUAL(
            std::string("x"),
            sent(R"({"a":"x"})", "application/json; charset=utf-8").body({"a"}).textOr("a", ""));
        for (const auto* body : {"{", "[]", "1", "\"a\"", "{\"b\":1}", "{} {}", "\xff"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                body, 400, refusal([&] { (void)sent(body).body({"a"}); }).status());
        for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                type, 415, refusal([&] { (void)sent("{}", type).body({}); }).status());
    }
    void noBodyIsAnEmptyObject() { CPPUNIT_ASSERT(sent("", "").body({"a"}).keys().empty()); }

private:
    static const Request& request() {
        static const Request none;
        return none;
    }
    static Call with(const std::string& query) {
        return Call{request(), {}, queryValues(query), {}};
    }
    Call sent(const std::string& body, const std::string& type = "application/json") {
        request_.body = body;
        request_.headers = {{"Content-Type", type}};
        return Call{request_, {}, {}, {}};
    }

    Request request_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(CallTest);

}  // namespace souk::web
