#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/uuid.hpp"
#include "web/front/message.hpp"

#include <chrono>
#include <string>

namespace souk::web {

/// A request as its end is told of.
struct Asked {
    core::Uuid id;
    std::string method;
    std::string path;
    std::string peer;
    std::chrono::steady_clock::time_point receivedAt;
};

/// The id a request is followed by: X-Request-Id or the trace id of traceparent when they hold a
/// 128-bit id, else a new one.
Asked askedBy(const Request& request);

/// What is said of every request when it is answered: it is counted and timed under `route` (the
/// pattern, never the path: paths are without number; "-" when none fitted), has its line in the
/// log (of level debug for what balancers and scrapers ask all the time), and the answer carries
/// its id, a problem as `instance` too.
void endRequest(core::Metrics& metrics,
                core::Log& log,
                const Asked& asked,
                const std::string& route,
                Response& answer);

}  // namespace souk::web
