#pragma once

#include <souk/sdk/result.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace souk::core {

/// A 128-bit id, text form 8-4-4-4-12 lower case. Default: all zero, "no id".
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Uuid&) const = default;
    bool empty() const noexcept { return *this == Uuid{}; }
    std::string text() const;
    static sdk::Result<Uuid> parse(std::string_view text);
};

/// A new UUIDv7: time-ordered, strictly growing within this process even in one millisecond.
/// Thread-safe.
Uuid newId();

/// `bytes` random bytes from the system, for tokens and nonces.
std::string randomBytes(std::size_t bytes);

}  // namespace souk::core
