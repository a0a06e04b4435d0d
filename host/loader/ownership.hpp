#pragma once

#include "loader/refusal.hpp"

#include <filesystem>
#include <optional>

namespace souk::loader {

/// Who can write a plugin can run code in this process: the folder (file) must be a folder (file)
/// itself, no link to one, owned by root or by the user we run as, and writable by nobody else.
std::optional<Refusal> distrustFolder(const std::filesystem::path& folder);
std::optional<Refusal> distrustFile(const std::filesystem::path& file);

}  // namespace souk::loader
