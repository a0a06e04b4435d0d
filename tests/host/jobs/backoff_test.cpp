#include "jobs/backoff.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <vector>

namespace souk::jobs {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

class BackoffTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BackoffTest);
    CPPUNIT_TEST(quickDoublesFromTwoSecondsToTenMinutes);
    CPPUNIT_TEST(longGoesOnForAboutADayAndThenGivesUp);
    CPPUNIT_TEST(spreadAddsAtMostAFifth);
    CPPUNIT_TEST(spreadDiffersBetweenTextsAndStaysForOne);
    CPPUNIT_TEST_SUITE_END();

    void quickDoublesFromTwoSecondsToTenMinutes() {
        CPPUNIT_ASSERT(delayAfter(Backoff::Quick, 1, 0) == milliseconds(2000));
        CPPUNIT_ASSERT(delayAfter(Backoff::Quick, 2, 0) == milliseconds(4000));
        CPPUNIT_ASSERT(delayAfter(Backoff::Quick, 5, 0) == milliseconds(32000));
        CPPUNIT_ASSERT(delayAfter(Backoff::Quick, 100, 0) == milliseconds(600000));
    }

    void longGoesOnForAboutADayAndThenGivesUp() {
        std::vector<milliseconds> steps;
        milliseconds total{};
        while (const auto delay =
                   delayAfter(Backoff::Long, static_cast<std::int32_t>(steps.size()) + 1, 0)) {
            steps.push_back(*delay);
            total += *delay;
            CPPUNIT_ASSERT(steps.size() < 100);
        }
        CPPUNIT_ASSERT(steps.size() >= 4);
        CPPUNIT_ASSERT(steps[0] == minutes(1));
        CPPUNIT_ASSERT(steps[1] == minutes(5));
        CPPUNIT_ASSERT(steps[2] == minutes(15));
        CPPUNIT_ASSERT(steps[3] == minutes(60));
        CPPUNIT_ASSERT(total > hours(20) && total < hours(28));
    }

    void spreadAddsAtMostAFifth() {
        CPPUNIT_ASSERT(*delayAfter(Backoff::Long, 1, 0.999) < seconds(72));
        CPPUNIT_ASSERT(*delayAfter(Backoff::Long, 1, 0.5) == seconds(66));
    }

    void spreadDiffersBetweenTextsAndStaysForOne() {
        CPPUNIT_ASSERT(spreadOf("a") == spreadOf("a"));
        CPPUNIT_ASSERT(spreadOf("a") != spreadOf("b"));
        CPPUNIT_ASSERT(spreadOf("") >= 0 && spreadOf("anything") < 1);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BackoffTest);

}  // namespace souk::jobs
