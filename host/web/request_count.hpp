#pragma once

#include "core/metrics.hpp"

#include <chrono>
#include <string>

namespace souk::web {

/// Counts one answered request and the time it took since it had arrived whole. `route` is the
/// pattern, never the path: paths are without number.
void countRequest(core::Metrics& metrics,
                  const std::string& method,
                  const std::string& route,
                  int status,
                  std::chrono::steady_clock::time_point receivedAt);

}  // namespace souk::web
