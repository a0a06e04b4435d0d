#pragma once

#include <souk/sdk/result.hpp>

#include <string>
#include <string_view>

namespace souk::sdk::json {

/// True if every backslash in `raw` (a string's bytes without its quotes) begins a legal escape and
/// every surrogate has its other half.
bool escapesAreLegal(std::string_view raw) noexcept;

/// What `raw` means, as UTF-8. `raw` has passed escapesAreLegal().
std::string unescape(std::string_view raw);

/// RFC 8259's grammar, nothing more: no leading zeros, no bare point, no plus sign.
bool isNumber(std::string_view token) noexcept;

/// Appends `text` quoted and escaped. Bytes that are not UTF-8 become U+FFFD, so that what we write
/// is always readable.
void appendQuoted(std::string& out, std::string_view text);

}  // namespace souk::sdk::json
