#include "app/plugin_meter.hpp"

namespace souk::app {

PluginMeter::PluginMeter(loader::Catalog& catalog,
                         core::Metrics& metrics,
                         core::CallWatch& watch,
                         const core::Scrubber& scrubber)
    : catalog_(catalog), metrics_(metrics), watch_(watch), scrubber_(scrubber) {
    catalog_.observe(this);
    watch_.whenLeft(
        [this](const core::ForeignCall& call, std::chrono::nanoseconds took) { left(call, took); });
}

PluginMeter::~PluginMeter() {
    catalog_.observe(nullptr);
}

void PluginMeter::began(const loader::PluginCall& call) noexcept {
    metrics_
        .gauge("souk_plugin_calls_running",
               "Calls into a plugin that have not returned.",
               {{"plugin", call.domain}})
        .add(1);
}

void PluginMeter::ended(const loader::PluginCall& call,
                        std::chrono::nanoseconds took,
                        std::optional<sdk::ErrorKind> failure) noexcept {
    metrics_
        .gauge("souk_plugin_calls_running",
               "Calls into a plugin that have not returned.",
               {{"plugin", call.domain}})
        .add(-1);
    metrics_
        .histogram("souk_plugin_call_seconds",
                   "Time within a plugin.",
                   {{"plugin", call.domain}, {"call", call.what}})
        .observe(std::chrono::duration<double>(took).count());
    if (failure)
        metrics_
            .counter("souk_plugin_failures_total",
                     "Calls into a plugin that failed, by kind.",
                     {{"plugin", call.domain}, {"call", call.what}, {"kind", sdk::name(*failure)}})
            .add();
}

void PluginMeter::left(const core::ForeignCall& call, std::chrono::nanoseconds took) noexcept {
    ended({call.whose, call.what}, took, sdk::ErrorKind::Bug);
    metrics_
        .counter("souk_plugin_calls_left_behind_total",
                 "Calls that did not return and were left behind with their thread",
                 {{"plugin", std::string(call.whose)}, {"call", std::string(call.what)}})
        .add();
}

}  // namespace souk::app
