#include "sync/quick_tries.hpp"

#include "host/sync/fake_platform.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::sync {
namespace {

using sdk::Error;
using sdk::ErrorKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

class QuickTriesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QuickTriesTest);
    CPPUNIT_TEST(waitsDoubleWithALittleJitter);
    CPPUNIT_TEST(definiteAnswersAreBelievedAtOnce);
    CPPUNIT_TEST(rateLimitsAreWaitedForWithinReason);
    CPPUNIT_TEST(aStopEndsTheWaiting);
    CPPUNIT_TEST_SUITE_END();

    void waitsDoubleWithALittleJitter() {
        Patience patience({});
        for (const int base : {1000, 2000, 4000}) {
            const auto wait = patience.next({ErrorKind::Transient, ""});
            CPPUNIT_ASSERT(wait && *wait >= milliseconds(base) &&
                           *wait <= milliseconds(base * 5 / 4));
        }
        CPPUNIT_ASSERT(!patience.next({ErrorKind::Transient, ""}));
    }

    void definiteAnswersAreBelievedAtOnce() {
        for (const ErrorKind kind : {ErrorKind::Unauthorized,
                                     ErrorKind::BadPayload,
                                     ErrorKind::Rejected,
                                     ErrorKind::NotFound,
                                     ErrorKind::Unsupported})
            CPPUNIT_ASSERT(!Patience({}).next({kind, ""}));
        CPPUNIT_ASSERT(Patience({}).next({ErrorKind::Bug, ""}));
    }

    void rateLimitsAreWaitedForWithinReason() {
        Patience patience({});
        CPPUNIT_ASSERT(patience.next({ErrorKind::RateLimited, "", seconds(4)}) == seconds(4));
        CPPUNIT_ASSERT(!patience.next({ErrorKind::RateLimited, "", seconds(60)}));
        for (int i = 0; i < 9; ++i) CPPUNIT_ASSERT(patience.next({ErrorKind::RateLimited, ""}));
        CPPUNIT_ASSERT(!patience.next({ErrorKind::RateLimited, ""}));
        CPPUNIT_ASSERT(patience.next({ErrorKind::Transient, ""}));
    }

    void aStopEndsTheWaiting() {
        test::FakeWaiter waiter;
        std::stop_source stop;
        int calls = 0;
        const auto result = tryQuickly({}, waiter, stop.get_token(), [&]() -> sdk::Result<int> {
            if (++calls == 2) stop.request_stop();
            return Error{ErrorKind::Transient, "no"};
        });
        CPPUNIT_ASSERT(!result);
        CPPUNIT_ASSERT_EQUAL(2, calls);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(QuickTriesTest);

}  // namespace souk::sync
