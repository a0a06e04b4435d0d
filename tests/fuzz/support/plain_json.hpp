#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk::fuzz {

/// A JSON value as another parser reads it (RapidJSON, strict, numbers as their digits).
struct PlainJson {
    enum class Kind : std::uint8_t { Null, Boolean, Number, Text, List, Object };

    Kind kind = Kind::Null;
    std::string text;              ///< of texts; digits; "true" or "false"
    std::vector<PlainJson> items;  ///< of lists; values of members
    std::vector<std::string> keys;

    /// The last member of this name, as the rest of the world reads repeated ones.
    const PlainJson* member(std::string_view key) const;
    std::size_t depth() const;
};

/// What the other parser says of a document.
struct PlainReading {
    std::optional<PlainJson> value;  ///< none: it is not JSON
    bool abstains = false;           ///< a number beyond a double is JSON, but not to RapidJSON
};
PlainReading plainJson(std::string_view bytes);

}  // namespace souk::fuzz
