#include "scopes.hpp"

#include <algorithm>

namespace souk::shopify {

std::vector<std::string> splitScopes(std::string_view joined) {
    std::vector<std::string> scopes;
    while (!joined.empty()) {
        const auto end = std::min(joined.find_first_of(", "), joined.size());
        if (end > 0) scopes.emplace_back(joined.substr(0, end));
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
    return scopes;
}

std::vector<std::string> expandedScopes(std::vector<std::string> scopes) {
    constexpr std::string_view kWrite = "write_";
    constexpr std::string_view kUnauthenticated = "unauthenticated_";
    std::vector<std::string> implied;
    for (const std::string& scope : scopes) {
        const bool storefront = scope.starts_with(kUnauthenticated);
        const auto from = storefront ? kUnauthenticated.size() : 0;
        if (scope.compare(from, kWrite.size(), kWrite) != 0) continue;
        implied.push_back(scope.substr(0, from) + "read_" + scope.substr(from + kWrite.size()));
    }
    scopes.insert(scopes.end(), implied.begin(), implied.end());
    std::ranges::sort(scopes);
    const auto repeats = std::ranges::unique(scopes);
    scopes.erase(repeats.begin(), repeats.end());
    return scopes;
}

bool grants(const std::vector<std::string>& granted, std::string_view scope) {
    return std::ranges::find(granted, scope) != granted.end();
}

std::string missingScopes(const std::vector<std::string>& granted) {
    std::string missing;
    for (const auto scope : kRequiredScopes) {
        if (grants(granted, scope)) continue;
        if (!missing.empty()) missing += ", ";
        missing += scope;
    }
    return missing;
}

}  // namespace souk::shopify
