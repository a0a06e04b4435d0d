#pragma once

#include <chrono>

namespace souk::app {

/// SIGINT and SIGTERM as something to wait for: blocked while this lives, so that no code runs in
/// a signal handler. Make it before any thread is started; threads inherit the block.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    /// Waits for a signal; its number.
    int wait() const;
    /// True when one came in time.
    bool waitFor(std::chrono::milliseconds time) const;
};

}  // namespace souk::app
