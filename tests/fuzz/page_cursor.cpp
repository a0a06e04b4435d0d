// Lists' cursors. Input: two query strings and a cursor, a line each. A cursor goes on where it was
// made, only there, and nothing anybody writes into one is more than a 400.
#include "support/fuzz.hpp"
#include "web/api/render.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::fuzz {

namespace {

using web::Call;
using web::PageCursor;
using web::Values;

const web::Request kRequest;

std::optional<Values> valuesOf(std::string_view query) {
    try {
        return web::queryValues(query);
    } catch (const web::Problem& problem) {
        require(problem.status() == 400, "a query string is more than a 400");
        return std::nullopt;
    }
}

Call callWith(Values values) {
    return {kRequest, {}, std::move(values), {}};
}

PageCursor cursorOf(Values values, const std::string& text) {
    values.insert_or_assign("cursor", text);
    return {"things", callWith(std::move(values))};
}

/// The value, or none for a Problem of status 400.
template <class Read>
auto unless400(Read read) -> decltype(read()) {
    try {
        return read();
    } catch (const web::Problem& problem) {
        require(problem.status() == 400, "a cursor is more than a 400");
        return {};
    }
}

Values filtersOf(Values values) {
    values.erase("cursor");
    values.erase("limit");
    return values;
}

void checkForged(const Values& filters, const std::string& text) {
    const auto cursor = cursorOf(filters, text);
    for (const std::size_t parts : {1U, 2U}) {
        const auto at = unless400([&] { return cursor.position(parts); });
        require(!at || at->size() == parts, "a position has parts more or less");
    }
    const auto keyset = unless400([&] { return web::keyset(cursor); });
    if (keyset) {
        const auto micros = std::to_string(keyset->first.time_since_epoch().count());
        const auto anew = cursorOf(filters, cursor.after({micros, keyset->second.text()}));
        require(web::keyset(anew) == keyset, "a position written anew is another");
    }
}

void checkOwn(const Values& filters, const Values& others, std::string_view line) {
    const std::vector<std::string> parts{std::string(line.substr(0, line.size() / 2)),
                                         std::string(line.substr(line.size() / 2))};
    const auto text = cursorOf(filters, "").after({parts[0], parts[1]});
    require(cursorOf(filters, text).position(2) == parts, "a cursor brings back another position");
    if (others == filters) return;
    const auto elsewhere = unless400([&] { return cursorOf(others, text).position(2); });
    require(!elsewhere, "a cursor works under other filters");
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto first = valuesOf(takeLine(input));
    const auto second = valuesOf(takeLine(input));
    const std::string text(takeLine(input));
    if (!first || !second) return;
    const auto filters = filtersOf(*first);
    checkForged(filters, text);
    checkOwn(filters, filtersOf(*second), text);
}

}  // namespace souk::fuzz
