#pragma once

#include "core/metrics.hpp"
#include "core/scrubber.hpp"
#include "loader/catalog.hpp"
#include "loader/guarded.hpp"

namespace souk::app {

/// Counts every call into a plugin of the catalog while it lives: how long it took and how it
/// failed. Under the watch. Takes secrets out of what it says.
class PluginMeter final : public loader::PluginCallObserver {
public:
    PluginMeter(loader::Catalog& catalog,
                core::Metrics& metrics,
                core::CallWatch& watch,
                const core::Scrubber& scrubber);
    ~PluginMeter() override;
    PluginMeter(const PluginMeter&) = delete;
    PluginMeter& operator=(const PluginMeter&) = delete;
    core::CallWatch* watch() noexcept override { return &watch_; }
    void began(const loader::PluginCall& call) noexcept override;
    void ended(const loader::PluginCall& call,
               std::chrono::nanoseconds took,
               std::optional<sdk::ErrorKind> failure) noexcept override;
    std::string tellable(std::string message) const override { return scrubber_.scrubbed(message); }

private:
    void left(const core::ForeignCall& call, std::chrono::nanoseconds took) noexcept;

    loader::Catalog& catalog_;
    core::Metrics& metrics_;
    core::CallWatch& watch_;
    const core::Scrubber& scrubber_;
};

}  // namespace souk::app
