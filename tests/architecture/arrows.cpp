#include "arrows.hpp"

#include <algorithm>
#include <regex>
#include <sstream>
#include <vector>

namespace souk::architecture {

namespace {

constexpr const char* kRoot = "app";

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string one; stream >> one;) words.push_back(one);
    return words;
}

}  // namespace

Arrows Arrows::from(const std::string& cmake) {
    static const std::regex kLine(R"(\n\s*souk_room\(([^)]*)\))");
    Arrows arrows;
    std::map<std::string, std::string> byTarget;  // web_front is web/front
    for (auto at = std::sregex_iterator(cmake.begin(), cmake.end(), kLine);
         at != std::sregex_iterator();
         ++at) {
        const auto line = words((*at)[1].str());
        const auto& room = line.at(0);
        auto& reach = arrows.reach_[room];
        auto target = room;
        std::replace(target.begin(), target.end(), '/', '_');
        byTarget[target] = room;
        bool depends = false;
        for (auto word = line.begin() + 1; word != line.end(); ++word) {
            if (*word == "DEPENDS" || *word == "LIBS") {
                depends = *word == "DEPENDS";
                continue;
            }
            if (!depends) continue;
            // Rooms stand in order of the arrows, so what this one reaches is known already.
            const auto& next = byTarget.at(*word);
            reach.insert(next);
            reach.insert(arrows.reach_.at(next).begin(), arrows.reach_.at(next).end());
        }
    }
    return arrows;
}

bool Arrows::allows(const std::string& from, const std::string& to) const {
    if (from == to || from == kRoot) return true;
    const auto found = reach_.find(from);
    return found != reach_.end() && found->second.contains(to);
}

std::string Arrows::roomOf(const std::string& path) const {
    std::string best;
    for (const auto& [room, reach] : reach_)
        if (path.starts_with(room + "/") && room.size() > best.size()) best = room;
    return best.empty() ? path.substr(0, path.find('/')) : best;
}

}  // namespace souk::architecture
