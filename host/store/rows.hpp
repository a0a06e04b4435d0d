#pragma once

#include "core/uuid.hpp"

#include <souk/sdk/record.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::store {

class Row;

/// The answer of one statement. Values are read by column name; a wrong name or type is a bug and
/// throws std::logic_error, a null read as a plain value likewise.
class Rows {
public:
    struct Result;  ///< owns the PGresult
    explicit Rows(std::shared_ptr<const Result> result);

    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    Row operator[](std::size_t index) const;
    /// Rows touched by INSERT, UPDATE or DELETE.
    std::int64_t affected() const noexcept;

    class Iterator {
    public:
        Iterator(const Rows* rows, std::size_t at) : rows_(rows), at_(at) {}
        Row operator*() const;
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const Rows* rows_;
        std::size_t at_;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, size()}; }

private:
    friend class Row;
    std::shared_ptr<const Result> result_;
};

class Row {
public:
    Row(const Rows& rows, std::size_t index) : result_(rows.result_), index_(index) {}

    bool null(std::string_view column) const;
    std::string text(std::string_view column) const;      ///< text, varchar, json, jsonb, name
    std::string bytes(std::string_view column) const;     ///< bytea
    std::int64_t integer(std::string_view column) const;  ///< int2, int4, int8
    double real(std::string_view column) const;           ///< float4, float8
    bool boolean(std::string_view column) const;
    core::Uuid uuid(std::string_view column) const;
    sdk::Timestamp time(std::string_view column) const;  ///< timestamptz, microseconds kept
    std::vector<std::string> texts(std::string_view column) const;  ///< text[]
    std::vector<core::Uuid> uuids(std::string_view column) const;   ///< uuid[]

    std::optional<std::string> maybeText(std::string_view column) const;
    std::optional<std::int64_t> maybeInteger(std::string_view column) const;
    std::optional<bool> maybeBoolean(std::string_view column) const;
    std::optional<core::Uuid> maybeUuid(std::string_view column) const;
    std::optional<sdk::Timestamp> maybeTime(std::string_view column) const;
    std::string textOr(std::string_view column, std::string_view fallback) const;

private:
    std::shared_ptr<const Rows::Result> result_;
    std::size_t index_;
};

}  // namespace souk::store
