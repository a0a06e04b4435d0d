#include "core/waiter.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <thread>

namespace souk::core {

class WaiterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WaiterTest);
    CPPUNIT_TEST(theTimePasses);
    CPPUNIT_TEST(aStopEndsTheWait);
    CPPUNIT_TEST(whoeverIsStoppedAlreadyWaitsForNothing);
    CPPUNIT_TEST_SUITE_END();

    using Clock = std::chrono::steady_clock;

public:
    void theTimePasses() {
        const auto began = Clock::now();
        CPPUNIT_ASSERT(RealWaiter().wait(std::chrono::milliseconds(20), std::stop_token()));
        CPPUNIT_ASSERT(Clock::now() - began >= std::chrono::milliseconds(20));
    }

    void aStopEndsTheWait() {
        std::stop_source stop;
        bool over = true;
        std::jthread waiting([&] { over = RealWaiter().wait(kLong, stop.get_token()); });
        stop.request_stop();
        waiting.join();
        CPPUNIT_ASSERT(!over);
    }

    void whoeverIsStoppedAlreadyWaitsForNothing() {
        std::stop_source stop;
        stop.request_stop();
        CPPUNIT_ASSERT(!RealWaiter().wait(kLong, stop.get_token()));
    }

private:
    /// Longer than CTest lets any test run.
    static constexpr std::chrono::hours kLong{1};
};

CPPUNIT_TEST_SUITE_REGISTRATION(WaiterTest);

}  // namespace souk::core
