#include "store/params.hpp"

#include "core/text.hpp"
#include "store/failure.hpp"
#include "store/wire.hpp"

#include <bit>

namespace souk::store {

namespace {

constexpr char kJsonbVersion = 1;

std::string_view checkedText(std::string_view value) {
    if (value.find('\0') != std::string_view::npos)
        throw Failure("22021", "a text parameter holds a NUL byte, which PostgreSQL cannot store");
    if (!core::isUtf8(value))
        throw Failure("22021", "a text parameter is not valid UTF-8; store such bytes as bytea");
    return value;
}

template <class Unsigned>
std::string bigEndian(Unsigned value) {
    std::string out;
    wire::append(out, value);
    return out;
}

/// Binary form and type of each scalar, shared by plain parameters and array elements.
std::string encoded(bool value) {
    return {value ? '\1' : '\0'};
}
std::string encoded(std::int16_t value) {
    return bigEndian(static_cast<std::uint16_t>(value));
}
std::string encoded(std::int32_t value) {
    return bigEndian(static_cast<std::uint32_t>(value));
}
std::string encoded(std::int64_t value) {
    return bigEndian(static_cast<std::uint64_t>(value));
}
std::string encoded(double value) {
    return bigEndian(std::bit_cast<std::uint64_t>(value));
}
std::string_view encoded(std::string_view value) {
    return checkedText(value);
}
std::string_view encoded(const core::Uuid& value) {
    return {reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()};
}
std::string encoded(sdk::Timestamp value) {
    // PostgreSQL begins in 4713 BC, long after the smallest value of ours.
    constexpr std::int64_t kFirst = -210'866'803'200'000'000;
    if (value.time_since_epoch().count() < kFirst)
        throw Failure("22008", "a time parameter lies before the year 4713 BC");
    return encoded(std::int64_t{value.time_since_epoch().count() - wire::kEpochShift});
}

struct ArrayType {
    wire::Oid array;
    wire::Oid element;
};
constexpr ArrayType kBools{wire::BoolArray, wire::Bool};
constexpr ArrayType kInt4s{wire::Int4Array, wire::Int4};
constexpr ArrayType kInt8s{wire::Int8Array, wire::Int8};
constexpr ArrayType kTexts{wire::TextArray, wire::Text};
constexpr ArrayType kUuids{wire::UuidArray, wire::UuidType};
constexpr ArrayType kTimes{wire::TimestamptzArray, wire::Timestamptz};
constexpr ArrayType kByteas{wire::ByteaArray, wire::Bytea};

/// dimensions, "has nulls", element type, length, lower bound, then each element with its length.
std::string arrayHeader(const ArrayType& type, std::size_t size, bool nulls) {
    std::string out;
    wire::append(out, std::uint32_t{size == 0 ? 0U : 1U});
    wire::append(out, std::uint32_t{nulls ? 1U : 0U});
    wire::append(out, static_cast<std::uint32_t>(type.element));
    if (size == 0) return out;
    wire::append(out, static_cast<std::uint32_t>(size));
    wire::append(out, std::uint32_t{1});
    return out;
}

void appendElement(std::string& out, std::string_view bytes) {
    wire::append(out, static_cast<std::uint32_t>(bytes.size()));
    out += bytes;
}

template <class T>
std::size_t roomFor(const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>)
        return sizeof(std::uint32_t) + std::string_view(value).size();
    else
        return sizeof(std::uint32_t) + sizeof value;
}

template <class T>
Params::Value arrayOf(const ArrayType& type, const std::vector<T>& values) {
    auto out = arrayHeader(type, values.size(), false);
    std::size_t size = out.size();
    for (const auto& value : values) size += roomFor(value);
    out.reserve(size);
    for (const auto& value : values) appendElement(out, encoded(value));
    return {type.array, false, std::move(out)};
}

template <class T>
Params::Value arrayOf(const ArrayType& type, const std::vector<std::optional<T>>& values) {
    bool nulls = false;
    for (const auto& value : values) nulls = nulls || !value;
    auto out = arrayHeader(type, values.size(), nulls);
    for (const auto& value : values) {
        if (value)
            appendElement(out, encoded(*value));
        else
            wire::append(out, ~std::uint32_t{0});
    }
    return {type.array, false, std::move(out)};
}

}  // namespace

void Params::add(bool value) {
    values_.push_back({wire::Bool, false, encoded(value)});
}
void Params::add(std::int16_t value) {
    values_.push_back({wire::Int2, false, encoded(value)});
}
void Params::add(std::int32_t value) {
    values_.push_back({wire::Int4, false, encoded(value)});
}
void Params::add(std::int64_t value) {
    values_.push_back({wire::Int8, false, encoded(value)});
}
void Params::add(double value) {
    values_.push_back({wire::Float8, false, encoded(value)});
}
void Params::add(std::string_view value) {
    values_.push_back({wire::Text, false, std::string(checkedText(value))});
}
void Params::add(Bytes value) {
    values_.push_back({wire::Bytea, false, std::string(value.value)});
}
void Params::add(JsonText value) {
    values_.push_back({wire::Jsonb, false, kJsonbVersion + std::string(checkedText(value.value))});
}
void Params::add(const core::Uuid& value) {
    values_.push_back({wire::UuidType, false, std::string(encoded(value))});
}
void Params::add(sdk::Timestamp value) {
    values_.push_back({wire::Timestamptz, false, encoded(value)});
}
void Params::add(std::nullopt_t) {
    values_.push_back({0, true, {}});
}

void Params::add(const std::vector<bool>& values) {
    auto out = arrayHeader(kBools, values.size(), false);
    for (const bool value : values) appendElement(out, encoded(value));
    values_.push_back({kBools.array, false, std::move(out)});
}
void Params::add(const std::vector<std::int32_t>& values) {
    values_.push_back(arrayOf(kInt4s, values));
}
void Params::add(const std::vector<std::int64_t>& values) {
    values_.push_back(arrayOf(kInt8s, values));
}
void Params::add(const std::vector<std::string>& values) {
    values_.push_back(arrayOf(kTexts, values));
}
void Params::add(const std::vector<std::string_view>& values) {
    values_.push_back(arrayOf(kTexts, values));
}
void Params::add(const std::vector<core::Uuid>& values) {
    values_.push_back(arrayOf(kUuids, values));
}
void Params::add(const std::vector<sdk::Timestamp>& values) {
    values_.push_back(arrayOf(kTimes, values));
}
void Params::add(const std::vector<std::optional<bool>>& values) {
    values_.push_back(arrayOf(kBools, values));
}
void Params::add(const std::vector<std::optional<std::int32_t>>& values) {
    values_.push_back(arrayOf(kInt4s, values));
}
void Params::add(const std::vector<std::optional<std::int64_t>>& values) {
    values_.push_back(arrayOf(kInt8s, values));
}
void Params::add(const std::vector<std::optional<std::string>>& values) {
    values_.push_back(arrayOf(kTexts, values));
}
void Params::add(const std::vector<std::optional<core::Uuid>>& values) {
    values_.push_back(arrayOf(kUuids, values));
}
void Params::add(const std::vector<std::optional<sdk::Timestamp>>& values) {
    values_.push_back(arrayOf(kTimes, values));
}
void Params::add(BytesList list) {
    addBytesArray(list.values);
}

void Params::addBytesArray(const std::vector<std::string>& values) {
    addBytesArray(std::vector<std::string_view>(values.begin(), values.end()));
}

void Params::addBytesArray(const std::vector<std::string_view>& values) {
    auto out = arrayHeader(kByteas, values.size(), false);
    std::size_t size = out.size();
    for (const auto value : values) size += roomFor(value);
    out.reserve(size);
    for (const auto value : values) appendElement(out, value);
    values_.push_back({kByteas.array, false, std::move(out)});
}

template <>
void Params::addNull<bool>() {
    values_.push_back({wire::Bool, true, {}});
}
template <>
void Params::addNull<std::int16_t>() {
    values_.push_back({wire::Int2, true, {}});
}
template <>
void Params::addNull<std::int32_t>() {
    values_.push_back({wire::Int4, true, {}});
}
template <>
void Params::addNull<std::int64_t>() {
    values_.push_back({wire::Int8, true, {}});
}
template <>
void Params::addNull<double>() {
    values_.push_back({wire::Float8, true, {}});
}
template <>
void Params::addNull<std::string_view>() {
    values_.push_back({wire::Text, true, {}});
}
template <>
void Params::addNull<std::string>() {
    values_.push_back({wire::Text, true, {}});
}
template <>
void Params::addNull<const char*>() {
    values_.push_back({wire::Text, true, {}});
}
template <>
void Params::addNull<Bytes>() {
    values_.push_back({wire::Bytea, true, {}});
}
template <>
void Params::addNull<JsonText>() {
    values_.push_back({wire::Jsonb, true, {}});
}
template <>
void Params::addNull<core::Uuid>() {
    values_.push_back({wire::UuidType, true, {}});
}
template <>
void Params::addNull<sdk::Timestamp>() {
    values_.push_back({wire::Timestamptz, true, {}});
}

}  // namespace souk::store
