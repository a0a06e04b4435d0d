#include "core/watch.hpp"

#include "core/clock.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <deque>
#include <latch>
#include <memory>
#include <vector>

namespace souk::core {

using namespace std::chrono_literals;

namespace {

constexpr ForeignCall kCall{"example", "sync.fetch"};

/// Opened once; waits are bounded only where a failing test would hang.
class Gate {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    bool waitFor(std::chrono::seconds time = 60s) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, time, [this] { return open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

/// Runs tasks on a crew, in turn.
class Tasks {
public:
    using Task = std::function<void()>;

    explicit Tasks(std::size_t threads) {
        crew.start(threads, [this](const std::stop_token& stop) {
            for (;;) {
                Task task;
                {
                    std::unique_lock lock(mutex_);
                    wake_.wait(lock, stop, [this] { return !queue_.empty(); });
                    if (queue_.empty()) return;
                    task = std::move(queue_.front());
                    queue_.pop_front();
                }
                task();
            }
        });
    }
    void add(Task task) {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(task));
        wake_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<Task> queue_;

public:
    Crew crew;
};

/// Notes what it is told.
class Notes final : public Suspicion {
public:
    bool inHand() noexcept override {
        ++in;
        return writable;
    }
    void outOfHand() noexcept override { ++out; }
    std::atomic<int> in{0};
    std::atomic<int> out{0};
    bool writable = true;
};

}  // namespace

class WatchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WatchTest);
    CPPUNIT_TEST(aCallThatReturnsIsNobodysBusiness);
    CPPUNIT_TEST(aCallThatOverstaysIsLeftBehindAndItsThreadReplaced);
    CPPUNIT_TEST(aCallThatReturnsTooLateIsNotHeardAnyMore);
    CPPUNIT_TEST(errandsWithinErrandsAreAllEnded);
    CPPUNIT_TEST(timeInTheHostDoesNotCount);
    CPPUNIT_TEST(aCallWithinACallHasAClockOfItsOwn);
    CPPUNIT_TEST(callsOutsideAnErrandAreNotWatched);
    CPPUNIT_TEST(aSuspectIsInForeignCodeAlone);
    CPPUNIT_TEST(aSuspectThatCannotBeWrittenDownIsNotCalled);
    CPPUNIT_TEST(aSuspectThatHangsLetsTheOthersIn);
    CPPUNIT_TEST(tooManyAreToldOnce);
    CPPUNIT_TEST_SUITE_END();

    /// Not destroyed: threads that were left behind stand on it.
    struct World {
        explicit World(std::chrono::milliseconds deadline = 100ms,
                       std::size_t threads = 1,
                       std::size_t mostLeft = 8)
            : watch({deadline, mostLeft}, log), tasks(threads) {
            watch.whenLeft([this](const ForeignCall& call, std::chrono::nanoseconds took) {
                CPPUNIT_ASSERT_EQUAL(std::string(kCall.what), std::string(call.what));
                CPPUNIT_ASSERT(took >= 100ms);
            });
            watch.whenExhausted([this] { ++exhausted; });
            watch.start();
        }
        SystemClock clock;
        Log log{clock, Log::Format::Json, sdk::LogLevel::Error, Log::nowhere()};
        std::atomic<int> exhausted{0};
        CallWatch watch;
        Tasks tasks;
        Gate left, release, done;
        std::string why;
        std::atomic<bool> cameBack{false};
    };
    static World& world(std::chrono::milliseconds deadline = 100ms,
                        std::size_t threads = 1,
                        std::size_t mostLeft = 8) {
        static auto* const all = new std::vector<std::unique_ptr<World>>;
        return *all->emplace_back(std::make_unique<World>(deadline, threads, mostLeft));
    }
    static void stop(World& world) {
        world.tasks.crew.stop();
        world.watch.stop();
    }
    /// A task that does not come back before `release` is opened.
    static Tasks::Task hanging(World& world) {
        return [&world] {
            const Errand errand([&world](const std::string& why) {
                world.why = why;
                world.left.open();
            });
            const Watched watched(&world.watch, kCall);
            world.release.waitFor();
            world.cameBack = true;
        };
    }

public:
    void aCallThatReturnsIsNobodysBusiness() {
        auto& one = world(60s);
        one.tasks.add([&one] {
            const Errand errand([](const std::string& why) { CPPUNIT_FAIL(why); });
            for (int i = 0; i < 1000; ++i) const Watched watched(&one.watch, kCall);
            one.done.open();
        });
        CPPUNIT_ASSERT(one.done.waitFor());
        stop(one);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), one.watch.leftBehind());
    }
    void aCallThatOverstaysIsLeftBehindAndItsThreadReplaced() {
        auto& one = world();
        one.tasks.add(hanging(one));
        one.tasks.add([&one] { one.done.open(); });
        CPPUNIT_ASSERT(one.left.waitFor());
        CPPUNIT_ASSERT_MESSAGE("nobody took the thread's place", one.done.waitFor());
        CPPUNIT_ASSERT_EQUAL(
            std::string("The plugin 'example' did not return from sync.fetch within 100 ms and was "
                        "left behind."),
            one.why);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), one.watch.leftBehind());
        stop(one);  // does not wait for it
    }
    void aCallThatReturnsTooLateIsNotHeardAnyMore() {
        auto& one = world();
        one.tasks.add([&one] {
            hanging(one)();
            one.done.open();  // host code behind the call
        });
        CPPUNIT_ASSERT(one.left.waitFor());
        one.release.open();
        for (int i = 0; i < 6000 && !one.cameBack; ++i) std::this_thread::sleep_for(10ms);
        CPPUNIT_ASSERT(one.cameBack);
        CPPUNIT_ASSERT(!one.done.waitFor(1s));
        stop(one);
    }
    void errandsWithinErrandsAreAllEnded() {
        auto& one = world();
        auto& outer = *new Gate;  // the thread that is left behind stands on it
        one.tasks.add([&] {
            const Errand errand([&](const std::string&) { outer.open(); });
            hanging(one)();
        });
        CPPUNIT_ASSERT(one.left.waitFor());
        CPPUNIT_ASSERT(outer.waitFor());
        stop(one);
    }
    void timeInTheHostDoesNotCount() {
        auto& one = world(1s);
        std::size_t passes = 0;
        one.tasks.add([&] {
            const Errand errand([](const std::string&) {});
            const Watched watched(&one.watch, kCall);
            for (int i = 0; i < 3; ++i) {
                const HostTime time;
                std::this_thread::sleep_for(700ms);
            }
            passes = HostTime::passes();
            one.done.open();
        });
        CPPUNIT_ASSERT(one.done.waitFor());
        stop(one);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), one.watch.leftBehind());
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), passes);
    }
    void aCallWithinACallHasAClockOfItsOwn() {
        auto& one = world(1s);
        one.tasks.add([&one] {
            const Errand errand([&one](const std::string& why) {
                one.why = why;
                one.left.open();
            });
            const Watched outer(&one.watch, {"example", "sync.outer"});
            {
                const HostTime time;
                { const Watched inner(&one.watch, {"example", "inner"}); }
                std::this_thread::sleep_for(1200ms);
            }
            const HostTime again;
            const Watched watched(&one.watch, kCall);
            one.release.waitFor();
        });
        CPPUNIT_ASSERT(one.left.waitFor());
        CPPUNIT_ASSERT(one.why.find("sync.fetch") != std::string::npos);
        stop(one);
    }
    void callsOutsideAnErrandAreNotWatched() {
        auto& one = world();
        one.tasks.add([&one] {
            const Watched watched(&one.watch, kCall);
            std::this_thread::sleep_for(300ms);
            one.done.open();
        });
        CPPUNIT_ASSERT(one.done.waitFor());
        stop(one);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), one.watch.leftBehind());
    }
    void aSuspectIsInForeignCodeAlone() {
        auto& one = world(60s, 3);
        Notes notes;
        Gate inside, alone, free, second;
        one.tasks.add([&] {
            const Errand errand([](const std::string&) {});
            const Watched watched(&one.watch, kCall);
            inside.open();
            one.release.waitFor();
        });
        CPPUNIT_ASSERT(inside.waitFor());
        one.tasks.add([&] {
            const Errand errand([](const std::string&) {}, &notes);
            const Watched watched(&one.watch, kCall);
            alone.open();
            free.waitFor();
            const HostTime time;  // out of hand, the others may go on
            one.left.waitFor();
        });
        CPPUNIT_ASSERT_MESSAGE("the suspect did not wait", !alone.waitFor(1s));
        CPPUNIT_ASSERT_EQUAL(0, notes.in.load());
        one.release.open();
        CPPUNIT_ASSERT(alone.waitFor());
        one.tasks.add([&] {
            const Errand errand([](const std::string&) {});
            const Watched watched(&one.watch, kCall);
            second.open();
        });
        CPPUNIT_ASSERT_MESSAGE("the suspect was not alone", !second.waitFor(1s));
        free.open();
        CPPUNIT_ASSERT(second.waitFor());
        one.left.open();
        stop(one);
        CPPUNIT_ASSERT_EQUAL(2, notes.in.load());
        CPPUNIT_ASSERT_EQUAL(2, notes.out.load());
    }
    void aSuspectThatCannotBeWrittenDownIsNotCalled() {
        auto& one = world();
        Notes notes;
        notes.writable = false;
        bool admitted = true;
        one.tasks.add([&] {
            const Errand errand([](const std::string&) {}, &notes);
            { admitted = Watched(&one.watch, kCall).admitted(); }
            one.done.open();
        });
        CPPUNIT_ASSERT(one.done.waitFor());
        CPPUNIT_ASSERT(!admitted);
        CPPUNIT_ASSERT_EQUAL(0, notes.out.load());
        one.tasks.add([&] {
            const Errand errand([](const std::string&) {});
            const Watched watched(&one.watch, kCall);
            one.left.open();
        });
        CPPUNIT_ASSERT_MESSAGE("the others were kept out", one.left.waitFor());
        stop(one);
    }
    void aSuspectThatHangsLetsTheOthersIn() {
        auto& one = world();
        auto& notes = *new Notes;
        one.tasks.add([&] {
            const Errand errand([&](const std::string&) { one.left.open(); }, &notes);
            const Watched watched(&one.watch, kCall);
            one.release.waitFor();
        });
        one.tasks.add([&one] {
            const Errand errand([](const std::string&) {});
            const Watched watched(&one.watch, kCall);
            one.done.open();
        });
        CPPUNIT_ASSERT(one.left.waitFor());
        CPPUNIT_ASSERT(one.done.waitFor());
        stop(one);
        CPPUNIT_ASSERT_EQUAL(1, notes.in.load());
        CPPUNIT_ASSERT_EQUAL(0, notes.out.load());
    }
    void tooManyAreToldOnce() {
        auto& one = world(100ms, 1, 2);
        for (int i = 0; i < 3; ++i) one.tasks.add(hanging(one));
        for (int i = 0; i < 6000 && one.watch.leftBehind() < 3; ++i)
            std::this_thread::sleep_for(10ms);
        stop(one);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), one.watch.leftBehind());
        CPPUNIT_ASSERT_EQUAL(1, one.exhausted.load());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WatchTest);

}  // namespace souk::core
