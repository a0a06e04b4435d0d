#pragma once

#include <souk/sdk/record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::store {

/// Digest of a record's unified fields, so that an unchanged row is not rewritten. Every value is
/// written with its kind and length, so ("ab", "c") and ("a", "bc") differ, as do none and empty.
/// Never feed it `extra`: platforms reorder their bytes at will.
class ContentHash {
public:
    ContentHash() { canonical_.reserve(kUsual); }

    ContentHash& text(std::string_view value);
    ContentHash& texts(const std::vector<std::string>& values);
    ContentHash& number(std::int64_t value);
    ContentHash& flag(bool value);
    ContentHash& flag(const std::optional<bool>& value);
    ContentHash& number(const std::optional<std::int64_t>& value);
    ContentHash& time(const std::optional<sdk::Timestamp>& value);
    ContentHash& money(const sdk::Money& value);
    ContentHash& money(const std::optional<sdk::Money>& value);
    ContentHash& price(const sdk::Price& value);

    /// The first 16 bytes of SHA-256 over what was added.
    std::string take() const;

private:
    static constexpr std::size_t kUsual = 2000;  ///< most records need no more

    void none();

    std::string canonical_;
};

}  // namespace souk::store
