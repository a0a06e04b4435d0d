#include "jobs/backoff.hpp"

#include <algorithm>
#include <array>

namespace souk::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kQuickFirst = seconds(2);
constexpr milliseconds kQuickMost = minutes(10);
constexpr std::array<minutes, 8> kLongSteps{minutes(1),
                                            minutes(5),
                                            minutes(15),
                                            minutes(60),
                                            minutes(120),
                                            minutes(240),
                                            minutes(480),
                                            minutes(480)};

milliseconds quick(std::int32_t failures) {
    milliseconds delay = kQuickFirst;
    for (std::int32_t i = 1; i < failures && delay < kQuickMost; ++i) delay *= 2;
    return std::min(delay, kQuickMost);
}

}  // namespace

std::optional<milliseconds> delayAfter(Backoff backoff, std::int32_t failures, double spread) {
    const auto nth = static_cast<std::size_t>(std::max(failures, 1));
    if (backoff == Backoff::Long && nth > kLongSteps.size()) return std::nullopt;
    const milliseconds base =
        backoff == Backoff::Long ? milliseconds(kLongSteps[nth - 1]) : quick(failures);
    const auto extra = static_cast<double>(base.count()) * std::clamp(spread, 0.0, 1.0) / 5;
    return base + milliseconds(static_cast<std::int64_t>(extra));
}

double spreadOf(std::string_view text) noexcept {
    std::uint32_t hash = 2166136261U;  // FNV-1a: any even mix will do
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
    return static_cast<double>(hash) / 4294967296.0;
}

}  // namespace souk::jobs
