#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace souk::sdk::utf8 {

/// `text` with each byte that is not UTF-8 replaced by U+FFFD.
std::string mended(std::string_view text);

/// The beginning of `text` for an error's sentence: at most `most` bytes and then "...", never half
/// a character, always printable.
std::string excerpt(std::string_view text, std::size_t most);

}  // namespace souk::sdk::utf8
