#include "loader/catalog.hpp"

#include "core/log.hpp"
#include "loader/doors.hpp"
#include "loader/ownership.hpp"

#include <algorithm>
#include <system_error>

namespace souk::loader {

namespace {

constexpr std::string_view kRoom = "loader";

/// A folder with neither manifest nor library is none of ours (a build folder has such).
bool looksLikePlugin(const std::filesystem::path& folder) {
    return std::filesystem::exists(folder / "manifest.json") ||
           std::filesystem::exists(folder / (folder.filename().string() + ".so"));
}

/// Folders below `folder` that look like plugins and whose name does not begin with a dot, sorted.
std::vector<std::filesystem::path> pluginFolders(const std::filesystem::path& folder,
                                                 std::error_code& problem) {
    std::vector<std::filesystem::path> found;
    for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end;
         at.increment(problem))
        if (at->is_directory() && !at->path().filename().string().starts_with('.') &&
            looksLikePlugin(at->path()))
            found.push_back(at->path());
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

Catalog::Catalog(std::vector<LoadedPlugin> plugins) : loaded_(std::move(plugins)) {}

Catalog Catalog::load(const std::filesystem::path& folder, core::Log& log) {
    Catalog catalog;
    const auto refuse = [&](const std::string& domain, Refusal why) {
        log.warning(kRoom,
                    domain.empty() ? "the plugins folder was refused" : "a plugin was refused",
                    {{"plugin", domain}, {"reason", why.reason}, {"fix", why.fix}});
        catalog.refused_.push_back({domain, std::move(why.reason), std::move(why.fix)});
    };

    std::error_code problem;
    const auto root = std::filesystem::canonical(folder, problem);
    if (problem) {
        refuse("",
               {"there is no plugins folder " + folder.string() + ": " + problem.message(),
                "create it, or set plugins.folder to where the plugins are"});
        return catalog;
    }
    if (auto distrusted = distrustFolder(root)) {
        refuse("", *std::move(distrusted));
        return catalog;
    }
    const auto folders = pluginFolders(root, problem);
    if (problem)
        refuse("",
               {"cannot list " + root.string() + ": " + problem.message(),
                "let the user Souk runs as read it"});
    for (const auto& one : folders) {
        auto outcome = admit(one);
        if (auto* refusal = std::get_if<Refusal>(&outcome)) {
            refuse(one.filename().string(), std::move(*refusal));
            continue;
        }
        auto& plugin = catalog.loaded_.emplace_back(std::get<LoadedPlugin>(std::move(outcome)));
        log.info(kRoom,
                 "plugin loaded",
                 {{"plugin", plugin.manifest.domain}, {"version", plugin.manifest.version}});
    }
    return catalog;
}

const LoadedPlugin* Catalog::find(std::string_view domain) const noexcept {
    const auto found = std::find_if(loaded_.begin(), loaded_.end(), [domain](const auto& one) {
        return one.manifest.domain == domain;
    });
    return found == loaded_.end() ? nullptr : &*found;
}

void Catalog::observe(PluginCallObserver* observer) noexcept {
    for (auto& one : loaded_) one.observer = observer;
}

}  // namespace souk::loader
