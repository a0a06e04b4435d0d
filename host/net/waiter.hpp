#pragma once

#include <chrono>
#include <stop_token>

namespace souk::net {

/// How this room lets time pass. Tests hand in one that only moves their clock. Thread-safe.
class Waiter {
public:
    virtual ~Waiter() = default;
    /// False when stopped before the time was over.
    virtual bool wait(std::chrono::milliseconds time, const std::stop_token& stop) = 0;
};

/// Waits for real and ends at once when stopped.
class RealWaiter final : public Waiter {
public:
    bool wait(std::chrono::milliseconds time, const std::stop_token& stop) override;
};

}  // namespace souk::net
