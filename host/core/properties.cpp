#include "core/properties.hpp"

#include <map>

namespace souk::core {

namespace {

sdk::Error wrongLine(std::string_view name, int line, const std::string& what) {
    return {sdk::ErrorKind::BadPayload,
            std::string(name) + ':' + std::to_string(line) + ": " + what};
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kSpace = " \t\r";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

sdk::Result<std::vector<Property>> readProperties(std::string_view name, std::string_view text) {
    std::vector<Property> properties;
    std::map<std::string, int, std::less<>> seen;
    for (int line = 1; !text.empty(); ++line) {
        const auto end = text.find('\n');
        const auto content = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (content.empty() || content.front() == '#') continue;
        const auto equals = content.find('=');
        if (equals == std::string_view::npos)
            return wrongLine(name, line, "expected key=value or a # comment");
        Property property{std::string(trimmed(content.substr(0, equals))),
                          std::string(trimmed(content.substr(equals + 1))),
                          line};
        if (property.key.empty()) return wrongLine(name, line, "there is no key before '='");
        if (const auto [before, isNew] = seen.emplace(property.key, line); !isNew)
            return wrongLine(name,
                             line,
                             "'" + property.key + "' is already set in line " +
                                 std::to_string(before->second) + "; keep one of the two");
        properties.push_back(std::move(property));
    }
    return properties;
}

}  // namespace souk::core
