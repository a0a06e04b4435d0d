#include "app/table.hpp"

#include <souk/sdk/money.hpp>

#include <algorithm>

namespace souk::app {

namespace {

constexpr std::size_t kWidest = 60;

sdk::Json memberAt(const sdk::Json& item, std::string_view path) {
    auto at = item;
    while (true) {
        const auto dot = path.find('.');
        at = at.at(path.substr(0, dot));
        if (dot == std::string_view::npos) return at;
        path.remove_prefix(dot + 1);
    }
}

std::string shown(const sdk::Json& value) {
    if (value.isString()) return printable(value.text() ? *value.text() : "");
    const auto raw = value.raw();
    return raw.empty() || raw == "null" ? "-" : printable(raw);
}

/// Characters as a terminal counts them, near enough: code points.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string cut(std::string text) {
    if (width(text) <= kWidest) return text;
    std::size_t bytes = 0;
    for (std::size_t seen = 0; bytes < text.size(); ++bytes) {
        const bool starts = (static_cast<unsigned char>(text[bytes]) & 0xC0U) != 0x80U;
        if (starts && seen++ == kWidest - 1) break;
    }
    return text.substr(0, bytes) + "…";
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool c1 =
            c == 0xC2U && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0U;
        if (c1) {
            ++i;
            out += ' ';
        } else {
            out += c < 0x20U || c == 0x7FU ? ' ' : text[i];
        }
    }
    return out;
}

Column column(std::string heading, std::string path) {
    return {std::move(heading), [path = std::move(path)](const sdk::Json& item) {
                return shown(memberAt(item, path));
            }};
}

Column moneyColumn(std::string heading, std::string path) {
    return {std::move(heading), [path = std::move(path)](const sdk::Json& item) -> std::string {
                const auto money = memberAt(item, path);
                const auto amount = money.integer("amount");
                const auto currency = money.text("currency");
                if (!amount || !currency) return "-";
                const auto decimal = sdk::decimalOf({*amount, *currency});
                return decimal ? *decimal + ' ' + *currency : "-";
            }};
}

void printTable(std::ostream& out,
                const std::vector<sdk::Json>& items,
                const std::vector<Column>& columns) {
    std::vector<std::vector<std::string>> rows(1);
    for (const auto& each : columns) rows[0].push_back(each.heading);
    for (const auto& item : items) {
        auto& row = rows.emplace_back();
        for (const auto& each : columns) row.push_back(cut(each.value(item)));
    }
    std::vector<std::size_t> widths(columns.size());
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line += std::string(widths[i] - width(row[i]) + 2, ' ');
        }
        out << line << '\n';
    }
}

void printDetails(std::ostream& out, const sdk::Json& item) {
    for (const auto& name : item.keys()) out << name << ": " << shown(item.at(name)) << '\n';
}

}  // namespace souk::app
