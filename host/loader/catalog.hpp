#pragma once

#include "loader/manifest.hpp"

#include <souk/sdk/plugin.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace souk::core {
class Log;
}

namespace souk::loader {

class PluginCallObserver;

/// A plugin that passed every door. Its code stays mapped for the life of the process.
struct LoadedPlugin {
    Manifest manifest;
    std::shared_ptr<const sdk::Plugin> plugin;
    std::filesystem::path path;              ///< of the .so
    PluginCallObserver* observer = nullptr;  ///< set through Catalog::observe
};

/// A plugin folder that was turned away, and what to do about it. Also the plugins folder itself
/// when it cannot be used; `domain` is then empty.
struct Refused {
    std::string domain;
    std::string reason;
    std::string fix;
};

/// The plugins of this host: filled once at start by one thread, constant afterwards. Nothing is
/// ever unloaded; a new version is a restart.
class Catalog {
public:
    Catalog() = default;
    /// For tests, with plugins that came from no file.
    explicit Catalog(std::vector<LoadedPlugin> plugins);

    /// Takes `<folder>/<domain>/{manifest.json,<domain>.so}` through the doors, in order of
    /// domain. What is refused is logged with reason and fix, and the host runs on without it; so
    /// it does when the folder is missing.
    static Catalog load(const std::filesystem::path& folder, core::Log& log);

    /// Null when no such plugin is loaded. The pointer is good as long as the catalog.
    const LoadedPlugin* find(std::string_view domain) const noexcept;
    const std::vector<LoadedPlugin>& loaded() const noexcept { return loaded_; }
    const std::vector<Refused>& refused() const noexcept { return refused_; }

    /// Tells `observer` of every guarded call from now on; null: nobody any more. Before the first
    /// call and after the last one only.
    void observe(PluginCallObserver* observer) noexcept;

private:
    std::vector<LoadedPlugin> loaded_;
    std::vector<Refused> refused_;
};

}  // namespace souk::loader
