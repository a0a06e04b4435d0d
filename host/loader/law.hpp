#pragma once

#include "loader/elf.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace souk::loader {

/// The one thing a plugin may export.
inline constexpr std::string_view kEntrySymbol = "souk_plugin_v1";

/// What in a plugin's binary breaks the first law (a plugin is a pure translator), one sentence
/// each; empty for a lawful one. Exported symbols, libraries and wanted symbols are held against
/// lists of what is allowed: whatever can reach a socket, a file, a thread, a clock or the
/// environment is on none of them.
std::vector<std::string> breachesOf(const ElfFile& file);

/// May a plugin want this symbol from others?
bool mayWant(std::string_view symbol) noexcept;

}  // namespace souk::loader
