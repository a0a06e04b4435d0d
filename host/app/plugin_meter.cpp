#include "app/plugin_meter.hpp"

#include <string>

namespace souk::app {

void PluginMeter::began(const loader::PluginCall& call) noexcept {
    metrics_
        .gauge("souk_plugin_calls_running",
               "Calls into a plugin that have not returned.",
               {{"plugin", std::string(call.domain)}})
        .add(1);
}

void PluginMeter::ended(const loader::PluginCall& call,
                        std::chrono::nanoseconds took,
                        std::optional<sdk::ErrorKind> failure) noexcept {
    const std::string plugin(call.domain);
    const std::string what(call.what);
    metrics_
        .gauge("souk_plugin_calls_running",
               "Calls into a plugin that have not returned.",
               {{"plugin", plugin}})
        .add(-1);
    metrics_
        .histogram("souk_plugin_call_seconds",
                   "Time within a plugin.",
                   {{"plugin", plugin}, {"call", what}})
        .observe(std::chrono::duration<double>(took).count());
    if (failure)
        metrics_
            .counter(
                "souk_plugin_failures_total",
                "Calls into a plugin that failed, by kind.",
                {{"plugin", plugin}, {"call", what}, {"kind", std::string(sdk::name(*failure))}})
            .add();
}

}  // namespace souk::app
