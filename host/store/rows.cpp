#include "store/rows.hpp"

#include "store/result.hpp"
#include "store/wire.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <stdexcept>

namespace souk::store {

namespace {

/// One value on its way out: where it stands, for errors, and its bytes.
struct Cell {
    std::string_view column;
    std::uint32_t type;
    std::string_view bytes;
};

std::string typeName(std::uint32_t type) {
    switch (type) {
        case wire::Bool:
            return "boolean";
        case wire::Bytea:
            return "bytea";
        case wire::Name:
            return "name";
        case wire::Int8:
            return "bigint";
        case wire::Int2:
            return "smallint";
        case wire::Int4:
            return "integer";
        case wire::Text:
            return "text";
        case wire::Json:
            return "json";
        case wire::Float4:
            return "real";
        case wire::Float8:
            return "double precision";
        case wire::TextArray:
            return "text[]";
        case wire::Varchar:
            return "varchar";
        case wire::Timestamptz:
            return "timestamptz";
        case wire::Numeric:
            return "numeric (cast it in SQL, its binary form is not read)";
        case wire::UuidType:
            return "uuid";
        case wire::UuidArray:
            return "uuid[]";
        case wire::Jsonb:
            return "jsonb";
        default:
            return "type " + std::to_string(type) + " (cast it in SQL)";
    }
}

int columnIndex(const PGresult* result, std::string_view column) {
    for (int i = 0; i < PQnfields(result); ++i)
        if (column == PQfname(result, i)) return i;
    throw std::logic_error("the statement answers no column '" + std::string(column) + "'");
}

[[noreturn]] void wrongType(const Cell& cell, std::string_view asked) {
    throw std::logic_error("column '" + std::string(cell.column) + "' is " + typeName(cell.type) +
                           ", not " + std::string(asked));
}

void expect(const Cell& cell, std::initializer_list<wire::Oid> types, std::string_view asked) {
    const auto same = [&](wire::Oid type) { return cell.type == type; };
    if (std::none_of(types.begin(), types.end(), same)) wrongType(cell, asked);
}

Cell cellOf(const PGresult* result, std::size_t row, std::string_view column) {
    const int index = columnIndex(result, column);
    const int at = static_cast<int>(row);
    if (PQgetisnull(result, at, index) != 0)
        throw std::logic_error("column '" + std::string(column) + "' is null; read it as maybe");
    return {
        column,
        PQftype(result, index),
        {PQgetvalue(result, at, index), static_cast<std::size_t>(PQgetlength(result, at, index))}};
}

/// Splits the binary form of a one-dimensional array into its elements.
std::vector<std::string_view> elements(const Cell& cell) {
    auto rest = cell.bytes;
    const auto next = [&rest] {
        const auto value = wire::read<std::uint32_t>(rest);
        rest.remove_prefix(sizeof value);
        return value;
    };
    const auto dimensions = next();
    next();  // "has nulls": each element says so itself
    next();  // element type: known from the array's
    if (dimensions == 0) return {};
    if (dimensions != 1) wrongType(cell, "an array of one dimension");
    std::vector<std::string_view> found(next());
    next();  // lower bound
    for (auto& element : found) {
        const auto length = next();
        if (length == ~std::uint32_t{0})
            throw std::logic_error("column '" + std::string(cell.column) +
                                   "' holds a null element");
        element = rest.substr(0, length);
        rest.remove_prefix(length);
    }
    return found;
}

core::Uuid uuidFrom(std::string_view bytes) {
    core::Uuid id;
    std::copy_n(bytes.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

}  // namespace

Rows::Rows(std::shared_ptr<const Result> result) : result_(std::move(result)) {}

std::size_t Rows::size() const noexcept {
    return static_cast<std::size_t>(PQntuples(result_->raw));
}

Row Rows::operator[](std::size_t index) const {
    if (index >= size())
        throw std::logic_error("row " + std::to_string(index) + " of " + std::to_string(size()));
    return {*this, index};
}

Row Rows::Iterator::operator*() const {
    return (*rows_)[at_];
}

std::int64_t Rows::affected() const noexcept {
    const std::string_view text = PQcmdTuples(result_->raw);
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

bool Row::null(std::string_view column) const {
    const int index = columnIndex(result_->raw, column);
    return PQgetisnull(result_->raw, static_cast<int>(index_), index) != 0;
}

std::string Row::text(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    if (cell.type == wire::Jsonb) return std::string(cell.bytes.substr(1));  // version byte
    expect(cell,
           {wire::Text, wire::Varchar, wire::Name, wire::Bpchar, wire::Json, wire::Unknown},
           "text");
    return std::string(cell.bytes);
}

std::string Row::bytes(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    expect(cell, {wire::Bytea}, "bytea");
    return std::string(cell.bytes);
}

std::int64_t Row::integer(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    if (cell.type == wire::Int2)
        return static_cast<std::int16_t>(wire::read<std::uint16_t>(cell.bytes));
    if (cell.type == wire::Int4)
        return static_cast<std::int32_t>(wire::read<std::uint32_t>(cell.bytes));
    expect(cell, {wire::Int8}, "an integer");
    return static_cast<std::int64_t>(wire::read<std::uint64_t>(cell.bytes));
}

double Row::real(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    if (cell.type == wire::Float4)
        return static_cast<double>(std::bit_cast<float>(wire::read<std::uint32_t>(cell.bytes)));
    expect(cell, {wire::Float8}, "a floating-point number");
    return std::bit_cast<double>(wire::read<std::uint64_t>(cell.bytes));
}

bool Row::boolean(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    expect(cell, {wire::Bool}, "boolean");
    return cell.bytes.at(0) != 0;
}

core::Uuid Row::uuid(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    expect(cell, {wire::UuidType}, "uuid");
    return uuidFrom(cell.bytes);
}

sdk::Timestamp Row::time(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    expect(cell, {wire::Timestamptz}, "timestamptz");
    const auto since2000 = static_cast<std::int64_t>(wire::read<std::uint64_t>(cell.bytes));
    constexpr auto kLimit = std::numeric_limits<std::int64_t>::max() - wire::kEpochShift;
    if (since2000 > kLimit || since2000 == std::numeric_limits<std::int64_t>::min())
        wrongType(cell, "a finite time");
    return sdk::Timestamp(std::chrono::microseconds(since2000 + wire::kEpochShift));
}

std::vector<std::string> Row::texts(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    expect(cell, {wire::TextArray, wire::VarcharArray, wire::NameArray}, "text[]");
    const auto found = elements(cell);
    return {found.begin(), found.end()};
}

std::vector<core::Uuid> Row::uuids(std::string_view column) const {
    const auto cell = cellOf(result_->raw, index_, column);
    expect(cell, {wire::UuidArray}, "uuid[]");
    std::vector<core::Uuid> ids;
    for (const auto element : elements(cell)) ids.push_back(uuidFrom(element));
    return ids;
}

std::optional<std::string> Row::maybeText(std::string_view column) const {
    if (null(column)) return std::nullopt;
    return text(column);
}

std::optional<std::int64_t> Row::maybeInteger(std::string_view column) const {
    if (null(column)) return std::nullopt;
    return integer(column);
}

std::optional<bool> Row::maybeBoolean(std::string_view column) const {
    if (null(column)) return std::nullopt;
    return boolean(column);
}

std::optional<core::Uuid> Row::maybeUuid(std::string_view column) const {
    if (null(column)) return std::nullopt;
    return uuid(column);
}

std::optional<sdk::Timestamp> Row::maybeTime(std::string_view column) const {
    if (null(column)) return std::nullopt;
    return time(column);
}

std::string Row::textOr(std::string_view column, std::string_view fallback) const {
    return null(column) ? std::string(fallback) : text(column);
}

}  // namespace souk::store
