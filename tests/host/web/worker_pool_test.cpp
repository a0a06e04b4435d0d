#include "web/worker_pool.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <latch>

namespace souk::web {

class WorkerPoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkerPoolTest);
    CPPUNIT_TEST(workRunsOnItsThreads);
    CPPUNIT_TEST(whatDoesNotFitIsRefusedAndNotRun);
    CPPUNIT_TEST(whatWasTakenIsRunBeforeItEnds);
    CPPUNIT_TEST(aStoppedPoolTakesNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void workRunsOnItsThreads() {
        WorkerPool pool(2, 10);
        std::latch both(2);  // passes only when two threads are in it at once
        std::latch done(2);
        for (int i = 0; i < 2; ++i)
            CPPUNIT_ASSERT(pool.run([&] {
                both.arrive_and_wait();
                done.count_down();
            }));
        done.wait();
    }
    void whatDoesNotFitIsRefusedAndNotRun() {
        std::atomic<int> ran{0};
        {
            WorkerPool pool(1, 2);
            std::latch busy(1);
            std::latch release(1);
            CPPUNIT_ASSERT(pool.run([&] {
                busy.count_down();
                release.wait();
            }));
            busy.wait();
            CPPUNIT_ASSERT(pool.run([&] { ++ran; }));
            CPPUNIT_ASSERT(pool.run([&] { ++ran; }));
            CPPUNIT_ASSERT_EQUAL(std::size_t(2), pool.waiting());
            CPPUNIT_ASSERT(!pool.run([&] { ran += 100; }));
            release.count_down();
        }
        CPPUNIT_ASSERT_EQUAL(2, ran.load());
    }
    void whatWasTakenIsRunBeforeItEnds() {
        std::atomic<int> ran{0};
        {
            WorkerPool pool(3, 1000);
            for (int i = 0; i < 1000; ++i) CPPUNIT_ASSERT(pool.run([&] { ++ran; }));
        }
        CPPUNIT_ASSERT_EQUAL(1000, ran.load());
    }
    void aStoppedPoolTakesNothing() {
        WorkerPool pool(1, 10);
        pool.stop();
        CPPUNIT_ASSERT(!pool.run([] {}));
        pool.stop();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WorkerPoolTest);

}  // namespace souk::web
