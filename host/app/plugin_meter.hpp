#pragma once

#include "core/metrics.hpp"
#include "loader/guarded.hpp"

namespace souk::app {

/// Counts every call into a plugin: how long it took and how it failed. Under the watch.
class PluginMeter final : public loader::PluginCallObserver {
public:
    PluginMeter(core::Metrics& metrics, core::CallWatch& watch);
    core::CallWatch* watch() noexcept override { return &watch_; }
    void began(const loader::PluginCall& call) noexcept override;
    void ended(const loader::PluginCall& call,
               std::chrono::nanoseconds took,
               std::optional<sdk::ErrorKind> failure) noexcept override;

private:
    void left(const core::ForeignCall& call, std::chrono::nanoseconds took) noexcept;

    core::Metrics& metrics_;
    core::CallWatch& watch_;
};

}  // namespace souk::app
