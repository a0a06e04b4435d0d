#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace souk::core {

/// True for well-formed UTF-8 (no overlong forms, no surrogates, nothing beyond U+10FFFF).
bool isUtf8(std::string_view text) noexcept;

/// `text` with each broken byte replaced by U+FFFD, for places that must print anything.
std::string asUtf8(std::string_view text);

/// The front of `text` in at most so many bytes, ended before a character that would be cut.
std::string_view clipped(std::string_view text, std::size_t mostBytes) noexcept;

/// How many single-character edits lie between the two; for "did you mean".
std::size_t editDistance(std::string_view a, std::string_view b);

}  // namespace souk::core
