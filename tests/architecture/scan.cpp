#include "scan.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>

namespace souk::architecture {

namespace fs = std::filesystem;

std::string readText(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<std::string> includesOf(const std::string& text) {
    static const std::regex kInclude(R"((^|\n)\s*#\s*include\s*(["<][^">\n]+[">]))");
    std::vector<std::string> includes;
    for (auto at = std::sregex_iterator(text.begin(), text.end(), kInclude);
         at != std::sregex_iterator();
         ++at)
        includes.push_back((*at)[2].str());
    return includes;
}

std::vector<Source> sourcesBelow(const fs::path& root,
                                 const std::string& folder,
                                 const std::vector<std::string>& extensions) {
    std::vector<Source> sources;
    if (!fs::is_directory(root / folder)) return sources;
    for (auto at = fs::recursive_directory_iterator(root / folder);
         at != fs::recursive_directory_iterator();
         ++at) {
        if (at->is_directory() && at->path().filename() == "node_modules") {
            at.disable_recursion_pending();
            continue;
        }
        const auto extension = at->path().extension().string();
        if (!at->is_regular_file() ||
            std::find(extensions.begin(), extensions.end(), extension) == extensions.end())
            continue;
        auto text = readText(at->path());
        auto includes = includesOf(text);
        sources.push_back({at->path().lexically_relative(root).generic_string(),
                           std::move(text),
                           std::move(includes)});
    }
    std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) {
        return a.path < b.path;
    });
    return sources;
}

}  // namespace souk::architecture
