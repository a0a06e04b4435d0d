#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace souk::bench {

/// A request as it goes over the wire, in two halves around the number that makes it unique.
struct Shot {
    std::string before;
    std::string after;
    bool numbered = false;
};

struct LoadPlan {
    std::uint16_t port = 0;
    std::size_t connections = 1;
    std::chrono::milliseconds warmUp{500};  ///< answers of this time are not counted
    std::chrono::milliseconds time{3000};   ///< counted time; ignored when `count` is set
    std::size_t count = 0;                  ///< exactly so many requests instead, all counted
    std::vector<Shot> shots;                ///< sent in turn
    std::string series;                     ///< begins every number: another run's are others
};

struct LoadResult {
    std::size_t answers = 0;     ///< counted ones
    std::size_t allAnswers = 0;  ///< those of the warm-up included
    std::size_t refused = 0;     ///< of all, not 2xx
    double seconds = 0;
    std::vector<std::uint32_t> micros;  ///< of every counted answer, sorted
};

/// Keep-alive connections that each send the next request when the last one is answered. One
/// thread. Throws std::runtime_error when a connection cannot be opened or breaks.
LoadResult load(const LoadPlan& plan);

}  // namespace souk::bench
