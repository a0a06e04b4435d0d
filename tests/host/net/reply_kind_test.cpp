#include "net/reply_kind.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::net {

namespace {

constexpr sdk::Timestamp kNow{std::chrono::seconds(1794355200)};  // 2026-11-11T00:00:00Z

sdk::HttpReply replyOf(int status, const std::string& retryAfterText = {}) {
    sdk::HttpReply reply;
    reply.status = status;
    if (!retryAfterText.empty()) reply.headers["Retry-After"] = retryAfterText;
    return reply;
}

}  // namespace

class ReplyKindTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplyKindTest);
    CPPUNIT_TEST(statusesBecomeKinds);
    CPPUNIT_TEST(everyOtherStatusIsThePlugins);
    CPPUNIT_TEST(aServersErrorToWhatMayNotBeRepeatedIsThePlugins);
    CPPUNIT_TEST(retryAfterMayHaveDecimalsOrBeADate);
    CPPUNIT_TEST(theWaitFollowsThePlatformsFigures);
    CPPUNIT_TEST_SUITE_END();

public:
    void statusesBecomeKinds() {
        CPPUNIT_ASSERT(kindOf(401) == sdk::ErrorKind::Unauthorized);
        CPPUNIT_ASSERT(kindOf(408) == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(kindOf(429) == sdk::ErrorKind::RateLimited);
        CPPUNIT_ASSERT(kindOf(500) == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(kindOf(503) == sdk::ErrorKind::Transient);
        const auto limited = byStatus(replyOf(429, "2.5"), "a.test", true, kNow);
        CPPUNIT_ASSERT(*limited.error().retryAfter == std::chrono::milliseconds(2500));
        CPPUNIT_ASSERT(byStatus(replyOf(429), "a.test", true, kNow).error().retryAfter);
        CPPUNIT_ASSERT(!byStatus(replyOf(502), "a.test", true, kNow).error().retryAfter);
    }

    void everyOtherStatusIsThePlugins() {
        for (const int status : {200, 204, 301, 302, 400, 402, 403, 404, 409, 422, 423, 430})
            CPPUNIT_ASSERT(byStatus(replyOf(status), "a.test", true, kNow));
    }

    void aServersErrorToWhatMayNotBeRepeatedIsThePlugins() {
        CPPUNIT_ASSERT(byStatus(replyOf(500), "a.test", false, kNow));
        CPPUNIT_ASSERT(byStatus(replyOf(503), "a.test", false, kNow));
        CPPUNIT_ASSERT(byStatus(replyOf(408), "a.test", false, kNow).error().kind ==
                       sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(!byStatus(replyOf(429), "a.test", false, kNow));
    }

    void retryAfterMayHaveDecimalsOrBeADate() {
        using std::chrono::milliseconds;
        CPPUNIT_ASSERT(retryAfter(replyOf(429, "2.0"), kNow) == milliseconds(2000));
        CPPUNIT_ASSERT(retryAfter(replyOf(429, "0"), kNow) == milliseconds(0));
        CPPUNIT_ASSERT(retryAfter(replyOf(429, "-5"), kNow) == milliseconds(0));
        CPPUNIT_ASSERT(retryAfter(replyOf(429, "nan"), kNow) == milliseconds(0));
        CPPUNIT_ASSERT(retryAfter(replyOf(429, "1e300"), kNow) == std::chrono::hours(1));
        CPPUNIT_ASSERT(retryAfter(replyOf(429, "Wed, 11 Nov 2026 00:00:10 GMT"), kNow) ==
                       milliseconds(10000));
        CPPUNIT_ASSERT(!retryAfter(replyOf(429, "soon"), kNow));
        CPPUNIT_ASSERT(!retryAfter(replyOf(429), kNow));
    }

    void theWaitFollowsThePlatformsFigures() {
        sdk::Throttle figures;
        figures.available = 493;
        figures.requested = 507;
        figures.restorePerSecond = 50;
        CPPUNIT_ASSERT(waitFor(figures) == std::chrono::milliseconds(280));
        figures.available = 600;
        CPPUNIT_ASSERT(waitFor(figures) == std::chrono::milliseconds(100));
        figures.restorePerSecond = 0;
        CPPUNIT_ASSERT(waitFor(figures) == std::chrono::milliseconds(1000));
    }

private:
    static sdk::ErrorKind kindOf(int status) {
        const auto result = byStatus(replyOf(status), "a.test", true, kNow);
        CPPUNIT_ASSERT(!result);
        return result.error().kind;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplyKindTest);

}  // namespace souk::net
