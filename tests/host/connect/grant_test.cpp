#include "connect/grant.hpp"

#include "connect/credentials.hpp"
#include "host/connect/fakes.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::connect {

class GrantTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GrantTest);
    CPPUNIT_TEST(aGrantSurvivesItsJson);
    CPPUNIT_TEST(anotherTextIsNoGrant);
    CPPUNIT_TEST(missingScopesAreNamedInOrder);
    CPPUNIT_TEST(namesAreListedForPeople);
    CPPUNIT_TEST_SUITE_END();

public:
    void aGrantSurvivesItsJson() {
        KeptGrant kept;
        kept.grant.accessToken = sdk::Secret("a\"b\\c");
        kept.grant.refreshToken = sdk::Secret("r");
        kept.grant.expiresAt = sdk::Timestamp(std::chrono::microseconds(1794355200123456));
        kept.grant.scopes = {"x", "y"};
        kept.formerRefresh = sdk::Secret("f");
        kept.formerUntil = sdk::Timestamp(std::chrono::seconds(1794355201));
        const auto again = grantFromJson(toJson(kept));
        CPPUNIT_ASSERT(again);
        CPPUNIT_ASSERT(again->grant.accessToken.reveal() == "a\"b\\c");
        CPPUNIT_ASSERT(again->grant.refreshToken->reveal() == "r");
        CPPUNIT_ASSERT(again->grant.expiresAt == kept.grant.expiresAt);
        CPPUNIT_ASSERT(!again->grant.refreshExpiresAt);
        CPPUNIT_ASSERT(again->grant.scopes == kept.grant.scopes);
        CPPUNIT_ASSERT(again->formerRefresh->reveal() == "f");
        CPPUNIT_ASSERT(again->formerUntil == kept.formerUntil);
    }

    void anotherTextIsNoGrant() {
        for (const auto* text : {"",
                                 "[]",
                                 "{}",
                                 R"({"access":"a"})",
                                 R"({"access":"a","scopes":[],"expires_at":"soon"})"})
            CPPUNIT_ASSERT(!grantFromJson(sdk::Secret(text)));
    }

    void missingScopesAreNamedInOrder() {
        CPPUNIT_ASSERT(missingScopes({"c", "a", "b"}, {"b"}) ==
                       (std::vector<std::string>{"c", "a"}));
        CPPUNIT_ASSERT(missingScopes({"a"}, {"b", "a"}).empty());
    }

    void namesAreListedForPeople() {
        CPPUNIT_ASSERT_EQUAL(std::string("a"), listed({"a"}));
        CPPUNIT_ASSERT_EQUAL(std::string("a and b"), listed({"a", "b"}));
        CPPUNIT_ASSERT_EQUAL(std::string("a, b and c"), listed({"a", "b", "c"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantTest);

}  // namespace souk::connect
