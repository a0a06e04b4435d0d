#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace souk::jobs {

/// How long to wait after the n-th failure in a row.
enum class Backoff : std::uint8_t {
    Quick,  ///< 2 s doubling to 10 min
    Long,   ///< 1, 5, 15 min, 1, 2, 4, 8, 8 h: about a day in all, then no more
};

/// `failures` counts from 1. None: enough, give up. `spread` in [0, 1) adds up to a fifth, so that
/// many that failed together do not come back together.
std::optional<std::chrono::milliseconds> delayAfter(Backoff backoff,
                                                    std::int32_t failures,
                                                    double spread);

/// A number in [0, 1) that differs between texts and stays the same for one: spread by job id.
double spreadOf(std::string_view text) noexcept;

}  // namespace souk::jobs
