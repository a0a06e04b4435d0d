#pragma once

#include "core/metrics.hpp"
#include "intake/intake.hpp"

#include <string>

namespace souk::intake {

/// Counts what one committed apply() did to the tables, by platform, cause and action.
void countRows(core::Metrics& metrics,
               const std::string& platform,
               Source::Cause cause,
               const Outcome& outcome);

}  // namespace souk::intake
