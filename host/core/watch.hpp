#pragma once

#include "core/crew.hpp"
#include "core/log.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

namespace souk::core {

/// A call into code that is not ours.
struct ForeignCall {
    std::string_view whose;  ///< the plugin's domain
    std::string_view what;   ///< "sync.fetch"
};

struct WatchLimits {
    std::chrono::milliseconds deadline{10000};  ///< of one call, time in the host not counted
    std::size_t mostLeft = 8;  ///< threads left behind before the host should be restarted
};

/// Looks after calls into foreign code. A call that overstays its deadline is left behind with its
/// thread: its errand is told, and should the call return some day, its thread sleeps for ever. A
/// call costs two atomic operations; nothing is handed to another thread. A suspect's call
/// (Errand with a Suspicion) runs while no other thread is in foreign code, so that a crash has
/// one culprit only. Calls outside an errand are not watched.
class CallWatch {
public:
    using Left = std::function<void(const ForeignCall&, std::chrono::nanoseconds took)>;

    CallWatch(const WatchLimits& limits, Log& log);
    ~CallWatch();  ///< stops
    CallWatch(const CallWatch&) = delete;
    CallWatch& operator=(const CallWatch&) = delete;

    /// Told of every call that was left behind, and once when there were too many. On the watch's
    /// thread; before start().
    void whenLeft(Left told) { whenLeft_ = std::move(told); }
    void whenExhausted(std::function<void()> told) { whenExhausted_ = std::move(told); }
    void start();
    /// After the crews: nobody is left behind any more.
    void stop();
    std::size_t leftBehind() const noexcept { return left_.load(); }

private:
    friend class Watched;
    friend class HostTime;
    struct Slot;
    struct Slots;
    static Slot& slot();
    static Slots& slots();
    [[noreturn]] static void sleepForEver();
    static std::int64_t now() noexcept;

    bool enter(Slot& slot, std::int64_t allowance) noexcept;
    void enterAmongOthers(Slot& slot, std::int64_t allowance) noexcept;
    bool enterAlone(Slot& slot, std::int64_t allowance) noexcept;
    static void leave(Slot& slot) noexcept;
    void letOthersIn(const Slot& slot) noexcept;
    bool othersInside(const Slot& slot) const;

    void watch(const std::stop_token& stop);
    void look();
    void leaveBehind(Slot& slot);

    const WatchLimits limits_;
    const std::chrono::milliseconds tick_;
    Log& log_;
    Left whenLeft_;
    std::function<void()> whenExhausted_;
    std::atomic<std::size_t> left_{0};
    std::int64_t lastLook_ = 0;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::atomic<const Slot*> alone_{nullptr};  ///< the suspect that is in foreign code
    std::jthread thread_;
};

/// Time that foreign code spends in the host (network, pacing, another call): its clock stands
/// still. Nothing outside a watched call.
class HostTime {
public:
    HostTime() noexcept;
    ~HostTime();
    HostTime(const HostTime&) = delete;
    HostTime& operator=(const HostTime&) = delete;

    /// How often the call of this thread came back to the host so far.
    static std::size_t passes() noexcept;

private:
    CallWatch* watch_ = nullptr;
    ForeignCall call_;
    std::int64_t began_ = 0;
    std::int64_t remaining_ = 0;
    std::size_t passes_ = 0;
};

/// One call into foreign code, for the length of its life.
class Watched {
public:
    Watched(CallWatch* watch, const ForeignCall& call) noexcept;
    ~Watched();
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    /// False: a suspect whose attempt could not be written down; do not call.
    bool admitted() const noexcept { return admitted_; }

private:
    const HostTime outer_;  ///< of a call this one is made within
    CallWatch* watch_;
    bool admitted_ = true;
};

}  // namespace souk::core
