#pragma once

#include "scenario_file.hpp"

#include <souk/sdk/plugin.hpp>

namespace souk::testing {

/// Makes the scenario's call and returns its outcome as JSON; an Error is the plugin's, or
/// Unsupported when the plugin lacks the capability or there is no such function.
sdk::Result<std::string> callPlugin(const sdk::Plugin& plugin,
                                    const ScenarioFile& file,
                                    Stage& stage);

}  // namespace souk::testing
