#pragma once

#include "loader/catalog.hpp"
#include "loader/refusal.hpp"

#include <filesystem>
#include <variant>

namespace souk::loader {

/// Takes one plugin folder through all doors: ownership, manifest, the file read unopened
/// (fingerprint, symbols, libraries), dlopen, entry, create, promises. The first that stays closed
/// gives the refusal. None of the plugin's code runs before dlopen.
std::variant<LoadedPlugin, Refusal> admit(const std::filesystem::path& folder);

}  // namespace souk::loader
