#pragma once

#include <souk/sdk/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace souk::core {

/// One `key=value` line.
struct Property {
    std::string key;
    std::string value;
    int line = 0;
};

/// The strict form of a .properties file: `key=value` lines, `#` comments, nothing else. Space
/// around key and value is dropped. BadPayload "<name>:<line>: ..." for a line without '=' or key
/// and for a key that is there twice.
sdk::Result<std::vector<Property>> readProperties(std::string_view name, std::string_view text);

std::string_view trimmed(std::string_view text) noexcept;

}  // namespace souk::core
