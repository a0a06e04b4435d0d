#include "sync/quick_tries.hpp"

#include <random>

namespace souk::sync {
namespace {

/// In [0, 1): so that many hosts that failed together do not come back together.
double jitter() {
    thread_local std::minstd_rand random(std::random_device{}());
    return std::uniform_real_distribution<double>(0, 1)(random);
}

constexpr std::chrono::milliseconds kDefaultRateWait(2000);

}  // namespace

std::optional<std::chrono::milliseconds> Patience::next(const sdk::Error& error) {
    if (error.kind == sdk::ErrorKind::RateLimited) {
        const auto wait = error.retryAfter.value_or(kDefaultRateWait);
        if (wait > rules_.mostRateWait || rateWaits_ >= rules_.rateWaits) return std::nullopt;
        ++rateWaits_;
        return wait;
    }
    const bool mayPass =
        error.kind == sdk::ErrorKind::Transient || error.kind == sdk::ErrorKind::Bug;
    if (!mayPass || failures_ >= rules_.tries) return std::nullopt;
    const auto base = rules_.first * (1LL << failures_);
    ++failures_;
    const auto extra = static_cast<double>(base.count()) * jitter() / 4;
    return base + std::chrono::milliseconds(static_cast<std::int64_t>(extra));
}

}  // namespace souk::sync
