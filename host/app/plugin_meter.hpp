#pragma once

#include "core/metrics.hpp"
#include "loader/guarded.hpp"

namespace souk::app {

/// Counts every call into a plugin: how long it took and how it failed.
class PluginMeter final : public loader::PluginCallObserver {
public:
    explicit PluginMeter(core::Metrics& metrics) : metrics_(metrics) {}
    void began(const loader::PluginCall& call) noexcept override;
    void ended(const loader::PluginCall& call,
               std::chrono::nanoseconds took,
               std::optional<sdk::ErrorKind> failure) noexcept override;

private:
    core::Metrics& metrics_;
};

}  // namespace souk::app
