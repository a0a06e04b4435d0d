#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// PostgreSQL's binary form: type numbers (pg_type.oid, fixed for all versions) and big-endian
/// integers. Seen by host/store's own .cpp files only.
namespace souk::store::wire {

enum Oid : std::uint32_t {
    Bool = 16,
    Bytea = 17,
    Name = 19,
    Int8 = 20,
    Int2 = 21,
    Int4 = 23,
    Text = 25,
    Json = 114,
    Float4 = 700,
    Float8 = 701,
    Unknown = 705,
    BoolArray = 1000,
    ByteaArray = 1001,
    NameArray = 1003,
    Int4Array = 1007,
    TextArray = 1009,
    VarcharArray = 1015,
    Int8Array = 1016,
    Bpchar = 1042,
    Varchar = 1043,
    Timestamptz = 1184,
    TimestamptzArray = 1185,
    Numeric = 1700,
    UuidType = 2950,
    UuidArray = 2951,
    Jsonb = 3802,
};

/// PostgreSQL counts microseconds from 2000-01-01, we from 1970-01-01.
constexpr std::int64_t kEpochShift = 946'684'800'000'000;

template <class Unsigned>
void append(std::string& out, Unsigned value) {
    std::array<char, sizeof(Unsigned)> bytes{};
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
        *byte = static_cast<char>(static_cast<std::uint8_t>(value));
        value = static_cast<Unsigned>(static_cast<std::uint64_t>(value) >> 8U);
    }
    out.append(bytes.data(), bytes.size());
}

/// Reads sizeof(Unsigned) bytes at the front of `bytes`, which must hold them.
template <class Unsigned>
Unsigned read(std::string_view bytes) {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i)
        value = static_cast<Unsigned>(static_cast<std::uint64_t>(value) << 8U |
                                      static_cast<std::uint8_t>(bytes.at(i)));
    return value;
}

}  // namespace souk::store::wire
