#include "web/errors.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/json.hpp>

namespace souk::web {

using namespace std::chrono_literals;

class ErrorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ErrorsTest);
    CPPUNIT_TEST(everyKindHasItsStatus);
    CPPUNIT_TEST(theWaitIsToldInWholeSecondsAndNeverZero);
    CPPUNIT_TEST(databaseTroubleIsTemporaryOrAFaultAndTellsNothing);
    CPPUNIT_TEST(textThatNoTableHoldsIsTheCallers);
    CPPUNIT_TEST(whatCannotBeReadIsTheCallers);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyKindHasItsStatus() {
        using Kind = sdk::ErrorKind;
        for (const auto& [kind, status] : {std::pair{Kind::Unauthorized, 409},
                                           std::pair{Kind::RateLimited, 429},
                                           std::pair{Kind::Transient, 503},
                                           std::pair{Kind::BadPayload, 502},
                                           std::pair{Kind::Rejected, 422},
                                           std::pair{Kind::NotFound, 404},
                                           std::pair{Kind::Unsupported, 501},
                                           std::pair{Kind::Bug, 500}}) {
            const auto answer = answerFor(sdk::Error{kind, "a \"sentence\""});
            CPPUNIT_ASSERT_EQUAL(status, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("application/problem+json"),
                                 answer.headers.at("Content-Type"));
            const auto json = sdk::Json::parse(answer.body);
            CPPUNIT_ASSERT(json);
            CPPUNIT_ASSERT_EQUAL(std::int64_t(status), json->integerOr("status", 0));
            CPPUNIT_ASSERT_EQUAL(std::string("a \"sentence\""), json->textOr("detail", ""));
            CPPUNIT_ASSERT_EQUAL(std::string(sdk::name(kind)), json->textOr("code", ""));
            CPPUNIT_ASSERT_EQUAL(status == 503, answer.headers.contains("Retry-After"));
        }
    }
    void theWaitIsToldInWholeSecondsAndNeverZero() {
        const auto after = [](std::chrono::milliseconds wait) {
            return answerFor(sdk::Error{sdk::ErrorKind::RateLimited, "wait", wait})
                .headers.at("Retry-After");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("1"), after(0ms));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), after(1001ms));
        CPPUNIT_ASSERT_EQUAL(std::string("60"), after(1min));
    }
    void databaseTroubleIsTemporaryOrAFaultAndTellsNothing() {
        const auto away = answerFor(store::Failure("08006", "host db-1 user souk is away"));
        CPPUNIT_ASSERT_EQUAL(503, away.status);
        CPPUNIT_ASSERT_EQUAL(std::string("5"), away.headers.at("Retry-After"));
        const auto fault = answerFor(store::Failure("42P01", "relation db-1 does not exist"));
        CPPUNIT_ASSERT_EQUAL(500, fault.status);
        for (const auto& answer : {away, fault})
            CPPUNIT_ASSERT(answer.body.find("db-1") == std::string::npos);
    }
    void textThatNoTableHoldsIsTheCallers() {
        for (const auto* state : {"22021", "22P05"})
            CPPUNIT_ASSERT_EQUAL(400, answerFor(store::Failure(state, "")).status);
    }
    void whatCannotBeReadIsTheCallers() {
        CPPUNIT_ASSERT_EQUAL(3, readable(sdk::Result<int>(3)));
        try {
            readable(sdk::Result<int>(sdk::Error{sdk::ErrorKind::BadPayload, "no number"}));
            CPPUNIT_FAIL("nothing was refused");
        } catch (const Problem& problem) {
            CPPUNIT_ASSERT_EQUAL(400, problem.status());
            CPPUNIT_ASSERT_EQUAL(std::string("no number"), std::string(problem.what()));
        }
        CPPUNIT_ASSERT_THROW(
            valueOr(sdk::Result<int>(sdk::Error{sdk::ErrorKind::NotFound, "gone"})), Failed);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ErrorsTest);

}  // namespace souk::web
