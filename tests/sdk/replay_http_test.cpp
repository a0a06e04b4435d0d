#include <souk/testing/replay_http.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace sdk = souk::sdk;
using souk::testing::ExpectedRequest;
using souk::testing::ReplayHttp;
using souk::testing::UnexpectedRequest;

class ReplayHttpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplayHttpTest);
    CPPUNIT_TEST(repliesComeInTheOrderOfTheTape);
    CPPUNIT_TEST(aRequestBeyondTheTapeFailsTheTest);
    CPPUNIT_TEST(everyDifferenceIsNamed);
    CPPUNIT_TEST(whatWasNotPlayedIsTold);
    CPPUNIT_TEST_SUITE_END();

    static sdk::HttpRequest request() {
        sdk::HttpRequest request;
        request.method = "POST";
        request.url = "https://a.test/x?limit=250&q=a%20b";
        request.headers["X-Kind"] = "one";
        request.body = "first: 250";
        return request;
    }

    static std::string complaintOf(const ExpectedRequest& expected) {
        ReplayHttp http;
        http.expect(expected, sdk::HttpReply{});
        try {
            (void)http.send(request());
        } catch (const UnexpectedRequest& unexpected) {
            return unexpected.what();
        }
        return "";
    }

    static void expectComplaint(const ExpectedRequest& expected, const std::string& part) {
        const auto complaint = complaintOf(expected);
        CPPUNIT_ASSERT_MESSAGE(complaint, complaint.find(part) != std::string::npos);
        CPPUNIT_ASSERT(complaint.find("POST https://a.test/x") != std::string::npos);
    }

public:
    void repliesComeInTheOrderOfTheTape() {
        ReplayHttp http;
        http.expect({}, sdk::HttpReply{200, {}, "one"})
            .expect({}, sdk::Error{sdk::ErrorKind::Transient, "lost"});
        CPPUNIT_ASSERT_EQUAL(std::string("one"), http.send(request())->body);
        CPPUNIT_ASSERT(http.send(request()).error().kind == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, http.sent().size());
        http.expectAllPlayed();
    }

    void aRequestBeyondTheTapeFailsTheTest() {
        ReplayHttp http;
        CPPUNIT_ASSERT_THROW((void)http.send(request()), UnexpectedRequest);
    }

    void everyDifferenceIsNamed() {
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             complaintOf({.method = "POST",
                                          .url = "https://a.test/x",
                                          .query = {{"q", "a b"}},
                                          .headers = {{"x-kind", "one"}},
                                          .bodyParts = {"first", "250"}}));
        expectComplaint({.method = "GET"}, "expected method GET");
        expectComplaint({.url = "https://a.test/y"}, "expected https://a.test/y");
        expectComplaint({.query = {{"limit", "1"}}}, "expected query parameter limit=1");
        expectComplaint({.query = {{"after", ""}}}, "expected query parameter after=");
        expectComplaint({.headers = {{"X-Kind", "two"}}}, "expected header X-Kind: two");
        expectComplaint({.bodyParts = {"last"}}, "expected in the body: last");
    }

    void whatWasNotPlayedIsTold() {
        ReplayHttp http;
        http.expect({.method = "GET", .url = "https://a.test/y"}, sdk::HttpReply{});
        try {
            http.expectAllPlayed();
            CPPUNIT_FAIL("an unplayed tape passed");
        } catch (const std::logic_error& problem) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("1 expected request(s) never came; next: GET https://a.test/y"),
                std::string(problem.what()));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplayHttpTest);
