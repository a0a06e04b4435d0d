#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace souk::architecture {

/// One text file of the source tree.
struct Source {
    std::string path;  ///< below the root, with '/'
    std::string text;
    std::vector<std::string> includes;  ///< with their quotes or angle brackets
};

std::string readText(const std::filesystem::path& file);
std::vector<std::string> includesOf(const std::string& text);
/// Files below `root`/`folder` with one of the extensions (".cpp"), sorted; node_modules is left
/// out. An absent folder has no files.
std::vector<Source> sourcesBelow(const std::filesystem::path& root,
                                 const std::string& folder,
                                 const std::vector<std::string>& extensions);

}  // namespace souk::architecture
