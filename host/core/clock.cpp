#include "core/clock.hpp"

#include <chrono>

namespace souk::core {

sdk::Timestamp SystemClock::now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

}  // namespace souk::core
