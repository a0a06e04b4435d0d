#include "web/front/problem.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::web::test {

class ProblemTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProblemTest);
    CPPUNIT_TEST(aProblemSaysStatusTitleAndDetail);
    CPPUNIT_TEST(aDetailIsEscapedForJson);
    CPPUNIT_TEST_SUITE_END();

public:
    void aProblemSaysStatusTitleAndDetail() {
        const auto response = problem(404, "No such shop; connect it first.");
        CPPUNIT_ASSERT_EQUAL(404, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("application/problem+json"),
                             response.headers.at("content-type"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type":"about:blank","title":"Not Found","status":404,)"
                        R"("detail":"No such shop; connect it first."})"),
            response.body);
    }

    void aDetailIsEscapedForJson() {
        const auto response = problem(400, "a \"quote\", a \\ and a\nline\x01");
        CPPUNIT_ASSERT(response.body.find(R"(a \"quote\", a \\ and a\u000aline\u0001)") !=
                       std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProblemTest);

}  // namespace souk::web::test
