#include "web/worker_pool.hpp"

#include "core/clock.hpp"
#include "core/watch.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <future>
#include <latch>
#include <thread>

namespace souk::web {

class WorkerPoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkerPoolTest);
    CPPUNIT_TEST(workRunsOnItsThreads);
    CPPUNIT_TEST(whatDoesNotFitIsRefusedAndNotRun);
    CPPUNIT_TEST(whatWasTakenIsRunBeforeItEnds);
    CPPUNIT_TEST(aStoppedPoolTakesNothing);
    CPPUNIT_TEST(workThatIsLeftBehindIsAnsweredAndItsThreadReplaced);
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
    void workThatIsLeftBehindIsAnsweredAndItsThreadReplaced() {
        // The thread that is left behind stands on all of this.
        static const core::SystemClock clock;
        static auto* const log = new core::Log(
            clock, core::Log::Format::Json, sdk::LogLevel::Error, core::Log::nowhere());
        static auto* const watchKept =
            new core::CallWatch({std::chrono::milliseconds(100), 8}, *log);
        auto& watch = *watchKept;
        static std::promise<std::string> answered;
        watch.start();
        WorkerPool pool(1, 10);
        CPPUNIT_ASSERT(pool.run([&watch] {
            const core::Errand errand([](const std::string& why) { answered.set_value(why); });
            const core::Watched watched(&watch, {"example", "hangs"});
            for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
        }));
        std::promise<void> next;
        CPPUNIT_ASSERT(pool.run([&next] { next.set_value(); }));
        CPPUNIT_ASSERT(answered.get_future().get().find("did not return from hangs") !=
                       std::string::npos);
        next.get_future().get();
        pool.stop();  // does not wait for it
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.inHand());
        watch.stop();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WorkerPoolTest);

}  // namespace souk::web
