#pragma once

#include <souk/sdk/result.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace souk::sdk {

using Digest = std::array<std::byte, 32>;

Digest hmacSha256(std::string_view key, std::string_view message);
Digest sha256(std::string_view message);
std::string base64(std::string_view bytes);
std::string base64(const Digest& digest);
/// URL alphabet, no padding (PKCE, opaque cursors).
std::string base64Url(std::string_view bytes);
Result<std::string> fromBase64(std::string_view text);
Result<std::string> fromBase64Url(std::string_view text);
std::string hex(const Digest& digest);
/// Same time for any input of equal length; false at once for different lengths.
bool equalConstantTime(std::string_view a, std::string_view b) noexcept;

/// application/x-www-form-urlencoded with space as %20 (what signatures are made over).
std::string percentEncode(std::string_view text);
/// Decodes %XX and '+'. BadPayload on a broken escape.
Result<std::string> percentDecode(std::string_view text);

}  // namespace souk::sdk
