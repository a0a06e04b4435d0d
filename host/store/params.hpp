#pragma once

#include "core/uuid.hpp"

#include <souk/sdk/record.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace souk::store {

/// Bytes for a bytea parameter (std::string parameters are text).
struct Bytes {
    std::string_view value;
};

/// Byte strings for a bytea[] parameter.
struct BytesList {
    const std::vector<std::string>& values;
};

/// JSON text for a json or jsonb parameter.
struct JsonText {
    std::string_view value;
};

/// Parameters of one statement in PostgreSQL's binary form. Text with NUL bytes or invalid UTF-8
/// is refused with a Failure (22021) here, not truncated there. Arrays are for unnest: vectors of
/// any scalar below, also of optionals; they bind as one parameter each.
class Params {
public:
    Params() = default;
    template <class... Values>
    explicit Params(const Values&... values) {
        (add(values), ...);
    }

    void add(bool value);
    void add(std::int16_t value);
    void add(std::int32_t value);
    void add(std::int64_t value);
    void add(double value);
    void add(std::string_view value);
    void add(const std::string& value) { add(std::string_view(value)); }
    void add(const char* value) { add(std::string_view(value)); }
    void add(Bytes value);
    void add(JsonText value);
    void add(const core::Uuid& value);
    void add(sdk::Timestamp value);
    void add(std::nullopt_t);
    template <class T>
    void add(const std::optional<T>& value) {
        if (value)
            add(*value);
        else
            addNull<T>();
    }

    void add(const std::vector<bool>& values);
    void add(const std::vector<std::int32_t>& values);
    void add(const std::vector<std::int64_t>& values);
    void add(const std::vector<std::string>& values);
    void add(const std::vector<std::string_view>& values);
    void add(const std::vector<core::Uuid>& values);
    void add(const std::vector<sdk::Timestamp>& values);
    void add(const std::vector<std::optional<bool>>& values);
    void add(const std::vector<std::optional<std::int32_t>>& values);
    void add(const std::vector<std::optional<std::int64_t>>& values);
    void add(const std::vector<std::optional<std::string>>& values);
    void add(const std::vector<std::optional<core::Uuid>>& values);
    void add(const std::vector<std::optional<sdk::Timestamp>>& values);
    void add(BytesList list);
    /// bytea[]. For jsonb bind text and cast in SQL: `unnest($1::text[])::jsonb`.
    void addBytesArray(const std::vector<std::string>& values);
    void addBytesArray(const std::vector<std::string_view>& values);

    struct Value {
        std::uint32_t oid = 0;
        bool null = false;
        std::string bytes;
    };
    const std::vector<Value>& values() const noexcept { return values_; }

private:
    template <class T>
    void addNull();

    std::vector<Value> values_;
};

template <>
void Params::addNull<bool>();
template <>
void Params::addNull<std::int16_t>();
template <>
void Params::addNull<std::int32_t>();
template <>
void Params::addNull<std::int64_t>();
template <>
void Params::addNull<double>();
template <>
void Params::addNull<std::string_view>();
template <>
void Params::addNull<std::string>();
template <>
void Params::addNull<const char*>();
template <>
void Params::addNull<Bytes>();
template <>
void Params::addNull<JsonText>();
template <>
void Params::addNull<core::Uuid>();
template <>
void Params::addNull<sdk::Timestamp>();

}  // namespace souk::store
