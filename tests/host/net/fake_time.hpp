#pragma once

#include "core/waiter.hpp"

#include <souk/sdk/context.hpp>

#include <functional>
#include <mutex>

namespace souk::net::testing {

/// A clock that stands still, and a waiter that moves it instead of waiting.
class FakeTime final : public sdk::Clock, public core::Waiter {
public:
    sdk::Timestamp now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }

    bool wait(std::chrono::milliseconds time, const std::stop_token& stop) override {
        std::function<void()> during;
        {
            const std::lock_guard lock(mutex_);
            now_ += time;
            waited_ += time;
            ++waits_;
            during = during_;
        }
        if (during) during();
        return !stop.stop_requested();
    }

    void advance(std::chrono::milliseconds time) {
        const std::lock_guard lock(mutex_);
        now_ += time;
    }
    /// Runs inside every wait, once its time is over.
    void duringWaits(std::function<void()> act) {
        const std::lock_guard lock(mutex_);
        during_ = std::move(act);
    }
    std::chrono::milliseconds waited() const {
        const std::lock_guard lock(mutex_);
        return waited_;
    }
    int waits() const {
        const std::lock_guard lock(mutex_);
        return waits_;
    }

private:
    mutable std::mutex mutex_;
    sdk::Timestamp now_{std::chrono::seconds(1794355200)};
    std::chrono::milliseconds waited_{0};
    int waits_ = 0;
    std::function<void()> during_;
};

}  // namespace souk::net::testing
