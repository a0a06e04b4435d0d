#include "meta/graph.hpp"

#include <chrono>

#include "plugins/meta/support.hpp"

namespace souk::meta::tests {

using namespace std::chrono_literals;

class GraphTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GraphTest);
    CPPUNIT_TEST(addressesAreEncoded);
    CPPUNIT_TEST(theCodeDecidesWhatAnErrorIs);
    CPPUNIT_TEST(anErrorIsAnErrorWhateverTheStatus);
    CPPUNIT_TEST(anErrorNamesItsCodeAndItsDetails);
    CPPUNIT_TEST(aSubcodeTellsThatNothingIsThere);
    CPPUNIT_TEST(theUsageHeaderSaysHowLongToWait);
    CPPUNIT_TEST(noHeaderMakesUsWaitLongerThanADay);
    CPPUNIT_TEST(withoutAHeaderAMinuteIsWaited);
    CPPUNIT_TEST(theFullestBudgetCounts);
    CPPUNIT_TEST(headersThatAreNoneAreNoUsage);
    CPPUNIT_TEST(aFaultWithoutAReasonIsUncertainWhereItMayNotBeRepeated);
    CPPUNIT_TEST(aRefusalWithoutAReasonIsRejected);
    CPPUNIT_TEST(anAnswerThatIsNoJsonIsBad);
    CPPUNIT_TEST_SUITE_END();

    GraphStage stage_;

    sdk::Result<sdk::Json> got(sdk::Result<sdk::HttpReply> reply) {
        stage_.expectGet("/me", {}, std::move(reply));
        auto context = stage_.context();
        return get(context, "/me");
    }

    std::string kindFor(int code, int status = 400) {
        return kindOf(errorOf(got(refused(status, code))));
    }

public:
    void addressesAreEncoded() {
        CPPUNIT_ASSERT_EQUAL(graph("/me/accounts?a=1%262&fields=id%2Cname"),
                             addressOf("/me/accounts", {{"fields", "id,name"}, {"a", "1&2"}}));
        CPPUNIT_ASSERT_EQUAL(graph("/me"), addressOf("/me"));
    }

    void theCodeDecidesWhatAnErrorIs() {
        for (const int code : {0, 102, 104, 190})
            CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"), kindFor(code));
        for (const int code :
             {4, 17, 32, 341, 613, 80000, 80007, 80009, 80014, 130429, 131056, 131057})
            CPPUNIT_ASSERT_EQUAL(std::string("rate_limited"), kindFor(code));
        for (const int code : {1, 2, 131000, 131016, 133004})
            CPPUNIT_ASSERT_EQUAL(std::string("transient"), kindFor(code));
        for (const int code : {33, 803})
            CPPUNIT_ASSERT_EQUAL(std::string("not_found"), kindFor(code));
        for (const int code :
             {3, 10, 100, 200, 368, 80015, 131005, 131026, 131031, 131047, 131048, 132000})
            CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindFor(code));
    }

    void anErrorIsAnErrorWhateverTheStatus() {
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"), kindFor(190, 400));
        CPPUNIT_ASSERT_EQUAL(std::string("rate_limited"), kindFor(80014, 200));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindFor(131047, 503));
    }

    void anErrorNamesItsCodeAndItsDetails() {
        const auto error =
            errorOf(got(refused(400,
                                131047,
                                "Re-engagement message",
                                R"(,"error_data":{"details":"more than 24 hours"})")));
        CPPUNIT_ASSERT_EQUAL(
            std::string("131047: (#131047) Re-engagement message (more than 24 hours)"),
            error.message);
        CPPUNIT_ASSERT(!error.retryAfter);
    }

    void aSubcodeTellsThatNothingIsThere() {
        const auto gone = errorOf(got(refused(400, 100, "no object", R"(,"error_subcode":33)")));
        CPPUNIT_ASSERT_EQUAL(std::string("not_found"), kindOf(gone));
        const auto bad = errorOf(got(refused(400, 100, "used", R"(,"error_subcode":36009)")));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(bad));
    }

    void theUsageHeaderSaysHowLongToWait() {
        const auto error = errorOf(got(refused(400, 80014, "too many", "", usage(100, 3))));
        CPPUNIT_ASSERT(error.retryAfter == 3min);
    }

    void noHeaderMakesUsWaitLongerThanADay() {
        for (const char* minutes : {"1441", "9223372036854775807"}) {
            const sdk::Headers headers{
                {"X-Business-Use-Case-Usage",
                 R"({"1":[{"estimated_time_to_regain_access":)" + std::string(minutes) + "}]}"}};
            const auto error = errorOf(got(refused(400, 80014, "too many", "", headers)));
            CPPUNIT_ASSERT(error.retryAfter == 24h);
        }
    }

    void withoutAHeaderAMinuteIsWaited() {
        CPPUNIT_ASSERT(errorOf(got(refused(400, 130429))).retryAfter == 60s);
    }

    void theFullestBudgetCounts() {
        auto headers = usage(41, 0);
        headers["X-App-Usage"] = R"({"call_count":28,"total_time":83,"total_cputime":25})";
        const auto told = usageOf(ok("{}", headers));
        CPPUNIT_ASSERT(told);
        CPPUNIT_ASSERT_EQUAL(83.0, told->percent);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, told->minutes);
    }

    void headersThatAreNoneAreNoUsage() {
        CPPUNIT_ASSERT(!usageOf(ok("{}")));
        CPPUNIT_ASSERT(
            !usageOf(ok("{}", {{"x-app-usage", "soon"}, {"x-business-use-case-usage", "[1]"}})));
    }

    void aFaultWithoutAReasonIsUncertainWhereItMayNotBeRepeated() {
        stage_.expectPost("/1/messages", {}, sdk::HttpReply{502, {}, "<html>"});
        auto context = stage_.context();
        const auto lost = errorOf(call(context, post("/1/messages", "{}", false)));
        CPPUNIT_ASSERT_EQUAL(std::string("transient"), kindOf(lost));
        CPPUNIT_ASSERT(lost.uncertain);
        CPPUNIT_ASSERT(!errorOf(got(sdk::HttpReply{502, {}, "<html>"})).uncertain);
    }

    void aRefusalWithoutAReasonIsRejected() {
        assertMentions(errorOf(got(sdk::HttpReply{404, {}, ""})).message, "404");
    }

    void anAnswerThatIsNoJsonIsBad() {
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(errorOf(got(ok("<html>")))));
        stage_.expectPost("/1/messages", {}, ok(R"({"messages":[{"id":"wam)"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(errorOf(call(context, post("/1/messages", "{}", false))).uncertain);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GraphTest);

}  // namespace souk::meta::tests
