#pragma once

#include "core/waiter.hpp"

#include <souk/sdk/result.hpp>

#include <chrono>
#include <optional>
#include <type_traits>

namespace souk::sync {

/// How often and how soon one call is tried again before its error is believed.
struct QuickTries {
    int tries = 3;                                  ///< after the first one
    std::chrono::milliseconds first{1000};          ///< doubled each time, plus up to a quarter
    std::chrono::milliseconds mostRateWait{10000};  ///< a longer retryAfter is not waited for here
    int rateWaits = 10;                             ///< in a row; they are no failures
};

/// Counts the failures of one call. The error's kind alone decides: Transient and Bug are tried
/// again, RateLimited waits as long as it says, all others are believed at once.
class Patience {
public:
    explicit Patience(const QuickTries& rules) : rules_(rules) {}
    /// How long to wait before the next try; none: give up.
    std::optional<std::chrono::milliseconds> next(const sdk::Error& error);

private:
    QuickTries rules_;
    int failures_ = 0;
    int rateWaits_ = 0;
};

/// What `call` (a function that returns a Result) answers at last.
template <class F>
std::invoke_result_t<F&> tryQuickly(const QuickTries& rules,
                                    core::Waiter& waiter,
                                    const std::stop_token& stop,
                                    F&& call) {
    Patience patience(rules);
    for (;;) {
        auto result = call();
        if (result) return result;
        const auto delay = patience.next(result.error());
        if (!delay || !waiter.wait(*delay, stop)) return result;
    }
}

}  // namespace souk::sync
