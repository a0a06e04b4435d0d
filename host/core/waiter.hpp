#pragma once

#include <chrono>
#include <stop_token>

namespace souk::core {

/// How whoever must wait lets time pass. Tests hand in one that waits for nothing. Thread-safe.
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

}  // namespace souk::core
