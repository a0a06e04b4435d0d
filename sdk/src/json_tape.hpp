#pragma once

#include <souk/sdk/result.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::sdk::json {

/// A parsed document: its bytes and a flat tape of what stands where in them. Nothing is converted
/// until somebody asks, so every value can still show the platform's own bytes.
struct Tape {
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    enum class Type : std::uint8_t { Object, Array, Text, Number, Boolean, Null };

    /// Children hang in a list from the last to the first: a repeated key is found at its last
    /// place without looking further.
    struct Node {
        std::uint32_t begin = 0;  ///< raw bytes, quotes and brackets included
        std::uint32_t end = 0;
        std::uint32_t parent = kNone;
        std::uint32_t lastChild = kNone;
        std::uint32_t previous = kNone;  ///< the sibling before this one
        std::uint32_t children : 31 = 0;
        std::uint32_t escaped : 1 = 0;  ///< a text with backslashes
        std::uint32_t keyBegin = 0;     ///< without its quotes; empty outside objects
        std::uint32_t keySize : 31 = 0;
        std::uint32_t keyEscaped : 1 = 0;
    };

    /// Fills an empty tape; node 0 is the document itself. BadPayload names cause and offset.
    std::optional<Error> read(std::string_view bytes);

    std::string_view raw(const Node& node) const noexcept {
        return {text.get() + node.begin, node.end - node.begin};
    }
    std::string_view rawKey(const Node& node) const noexcept {
        return {text.get() + node.keyBegin, node.keySize};
    }
    std::string key(const Node& node) const;
    Type type(const Node& node) const noexcept {
        switch (text[node.begin]) {
            case '{':
                return Type::Object;
            case '[':
                return Type::Array;
            case '"':
                return Type::Text;
            case 't':
            case 'f':
                return Type::Boolean;
            case 'n':
                return Type::Null;
            default:
                return Type::Number;
        }
    }
    /// The member of an object, or kNone.
    std::uint32_t member(std::uint32_t object, std::string_view wanted) const;

    std::unique_ptr<char[]> text;
    std::vector<Node> nodes;
};

}  // namespace souk::sdk::json
