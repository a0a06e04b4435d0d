#include "loader/doors.hpp"

#include "loader/elf.hpp"
#include "loader/law.hpp"
#include "loader/ownership.hpp"

#include <souk/sdk/plugin.hpp>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace souk::loader {

namespace {

namespace dll = boost::dll;

constexpr const char* kRebuild =
    "rebuild it against the SDK of this host, with the same compiler and build type";
constexpr std::array kEntities{sdk::Entity::Product,
                               sdk::Entity::Customer,
                               sdk::Entity::Order,
                               sdk::Entity::Location,
                               sdk::Entity::Stock,
                               sdk::Entity::Message};

std::optional<Refusal> ownershipDoor(const std::filesystem::path& folder,
                                     const std::filesystem::path& manifest,
                                     const std::filesystem::path& library) {
    if (auto refusal = distrustFolder(folder)) return refusal;
    if (auto refusal = distrustFile(manifest)) return refusal;
    return distrustFile(library);
}

std::variant<Manifest, Refusal> manifestDoor(const std::filesystem::path& file,
                                             const std::string& folder) {
    std::ifstream stream(file, std::ios::binary);
    const std::string json{std::istreambuf_iterator<char>(stream),
                           std::istreambuf_iterator<char>()};
    auto manifest = Manifest::parse(json);
    if (!manifest)
        return Refusal{manifest.error().message,
                       "mend manifest.json; sdk/README.md describes every field"};
    if (manifest->domain != folder)
        return Refusal{
            "manifest.json says domain '" + manifest->domain + "', its folder is '" + folder + "'",
            "name the folder, the .so and the domain alike"};
    return *std::move(manifest);
}

/// Judges the file before any of its code can run: a sanitized plugin would end an unsanitized
/// process inside dlopen.
std::optional<Refusal> fileDoor(const std::filesystem::path& library) {
    const auto file = readElfFile(library);
    if (!file) return Refusal{file.error().message, kRebuild};
    const auto& exported = file->exported;
    if (std::find(exported.begin(), exported.end(), kEntrySymbol) == exported.end()) {
        const auto other = std::find_if(exported.begin(), exported.end(), [](const auto& name) {
            return name.starts_with("souk_plugin_v");
        });
        return Refusal{
            other == exported.end() ? "does not export " + std::string(kEntrySymbol)
                                    : "is made for another SDK major: it exports " + *other +
                                          ", this host wants " + std::string(kEntrySymbol),
            other == exported.end() ? "put SOUK_PLUGIN(...) into its plugin.cpp" : kRebuild};
    }
    if (file->fingerprint != SOUK_BUILD_FINGERPRINT)
        return Refusal{file->fingerprint.empty() ? "carries no fingerprint"
                                                 : "was built as " + file->fingerprint +
                                                       ", this host is " SOUK_BUILD_FINGERPRINT,
                       kRebuild};
    const auto breaches = breachesOf(*file);
    if (breaches.empty()) return std::nullopt;
    return Refusal{"is no pure translator: " + breaches.front(),
                   "take that out; HTTP, clock, log and secrets come through the Context"};
}

/// Plugins stay mapped until the process ends: objects, vtables and exceptions of theirs may be
/// anywhere, and unloading is not even reliable (STB_GNU_UNIQUE, thread_local).
std::vector<dll::shared_library>& neverUnloaded() {
    static auto* const libraries = new std::vector<dll::shared_library>;
    return *libraries;
}

std::variant<const sdk::PluginEntry*, Refusal> open(const std::filesystem::path& file) try {
    dll::shared_library library(file, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    const auto& entry = library.get<const sdk::PluginEntry>(std::string(kEntrySymbol));
    neverUnloaded().push_back(library);
    return &entry;
} catch (const std::exception& problem) {
    return Refusal{std::string("cannot be linked: ") + problem.what(), kRebuild};
}

std::optional<Refusal> entryDoor(const sdk::PluginEntry& entry, const Manifest& manifest) {
    if (entry.size != sizeof(sdk::PluginEntry) || entry.sdkMajor != sdk::kSdkMajor ||
        entry.sdkMinor != sdk::kSdkMinor)
        return Refusal{"is made for SDK " + std::to_string(entry.sdkMajor) + "." +
                           std::to_string(entry.sdkMinor) + ", this host has " +
                           std::to_string(sdk::kSdkMajor) + "." + std::to_string(sdk::kSdkMinor),
                       kRebuild};
    if (entry.fingerprint == nullptr || entry.manifestJson == nullptr || entry.create == nullptr ||
        entry.destroy == nullptr)
        return Refusal{"its entry is incomplete", "build it with souk_add_plugin"};
    if (std::string_view(entry.fingerprint) != SOUK_BUILD_FINGERPRINT)
        return Refusal{
            std::string("says it was built as ") + entry.fingerprint + ", its file says otherwise",
            kRebuild};
    if (entry.manifestJson != manifest.json)
        return Refusal{"manifest.json differs from the manifest inside the binary",
                       "install manifest.json and .so of one build together"};
    return std::nullopt;
}

std::optional<Refusal> promise(const Manifest& manifest, const std::string& capability, bool kept) {
    const bool declared = manifest.declares(capability);
    if (declared == kept) return std::nullopt;
    return Refusal{declared ? "declares '" + capability + "' but does not have it"
                            : "has '" + capability + "' but does not declare it",
                   "make 'capabilities' in manifest.json and the plugin class agree"};
}

std::optional<Refusal> promisesDoor(const sdk::Plugin& plugin, const Manifest& manifest) {
    if (auto broken = promise(manifest, "connect", plugin.connectFlow() != nullptr)) return broken;
    if (auto broken = promise(manifest, "webhooks", plugin.webhooks() != nullptr)) return broken;
    if (auto broken = promise(manifest, "subscriptions", plugin.subscriptions() != nullptr))
        return broken;
    if (auto broken = promise(manifest, "publish", plugin.publisher() != nullptr)) return broken;
    if (auto broken = promise(manifest, "stock", plugin.stockKeeper() != nullptr)) return broken;
    if (auto broken = promise(manifest, "messages", plugin.messenger() != nullptr)) return broken;
    for (const auto entity : kEntities)
        if (auto broken = promise(
                manifest, "sync." + std::string(sdk::name(entity)), plugin.sync(entity) != nullptr))
            return broken;
    return std::nullopt;
}

}  // namespace

std::variant<LoadedPlugin, Refusal> admit(const std::filesystem::path& folder) {
    const auto domain = folder.filename().string();
    const auto manifestFile = folder / "manifest.json";
    const auto library = folder / (domain + ".so");
    if (auto refusal = ownershipDoor(folder, manifestFile, library)) return *std::move(refusal);

    auto read = manifestDoor(manifestFile, domain);
    if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
    LoadedPlugin loaded{std::get<Manifest>(std::move(read)), nullptr, library};
    if (auto refusal = fileDoor(library)) return *std::move(refusal);

    auto opened = open(library);
    if (auto* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
    const auto& entry = *std::get<const sdk::PluginEntry*>(opened);
    if (auto refusal = entryDoor(entry, loaded.manifest)) return *std::move(refusal);

    auto* const made = entry.create();
    if (made == nullptr)
        return Refusal{"its constructor failed",
                       "a plugin's constructor must not do anything that can fail"};
    loaded.plugin = std::shared_ptr<const sdk::Plugin>(
        made, [made, destroy = entry.destroy](const sdk::Plugin*) { destroy(made); });
    if (auto refusal = promisesDoor(*loaded.plugin, loaded.manifest)) return *std::move(refusal);
    return loaded;
}

}  // namespace souk::loader
