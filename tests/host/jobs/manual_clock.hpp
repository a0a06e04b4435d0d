#pragma once

#include <souk/sdk/context.hpp>

#include <atomic>
#include <chrono>

namespace souk::test {

/// A clock that tests move. Starts an hour ahead of the machine's, so that rows stamped by the
/// database lie in its past.
class ManualClock final : public sdk::Clock {
public:
    ManualClock()
        : now_(std::chrono::time_point_cast<std::chrono::microseconds>(
                   std::chrono::system_clock::now() + std::chrono::hours(1))
                   .time_since_epoch()
                   .count()) {}

    sdk::Timestamp now() const override {
        return sdk::Timestamp(std::chrono::microseconds(now_.load()));
    }
    void advance(std::chrono::microseconds by) { now_ += by.count(); }

private:
    std::atomic<std::int64_t> now_;
};

}  // namespace souk::test
