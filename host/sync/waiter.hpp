#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace souk::sync {

/// Lets time pass between quick tries. Injected, so that tests wait for nothing. Thread-safe.
class Waiter {
public:
    virtual ~Waiter() = default;
    /// True when the time has passed, false when a stop was requested first.
    virtual bool wait(std::chrono::milliseconds time, const std::stop_token& stop) = 0;
};

class RealWaiter final : public Waiter {
public:
    bool wait(std::chrono::milliseconds time, const std::stop_token& stop) override {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, time, [] { return false; });
        return !stop.stop_requested();
    }
};

}  // namespace souk::sync
