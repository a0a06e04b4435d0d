#pragma once

#include <chrono>
#include <csignal>

namespace souk::app {

/// Too many threads were left behind in plugins: the process wants to be started again.
inline constexpr int kExhausted = SIGUSR1;

/// SIGINT, SIGTERM and kExhausted as something to wait for: blocked while this lives, so that no
/// code runs in a signal handler. Make it before any thread is started; threads inherit the block.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    /// Tells this process so; from any thread.
    static void exhausted();

    /// Waits for a signal; its number.
    int wait() const;
    /// True when one came in time.
    bool waitFor(std::chrono::milliseconds time) const;
};

}  // namespace souk::app
