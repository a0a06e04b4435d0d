#pragma once

#include <souk/sdk/json.hpp>

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace souk::app {

/// A column of a listing: its heading and what it shows of an item.
struct Column {
    std::string heading;
    std::function<std::string(const sdk::Json& item)> value;
};

/// Shows the member at a dotted path ("progress.stage"); "-" where there is none.
Column column(std::string heading, std::string path);
/// {"amount":1999,"currency":"USD"} as "19.99 USD".
Column moneyColumn(std::string heading, std::string path);

/// Aligned columns with headings; text of platforms is shown without control characters.
void printTable(std::ostream& out,
                const std::vector<sdk::Json>& items,
                const std::vector<Column>& columns);
/// One "name: value" a line.
void printDetails(std::ostream& out, const sdk::Json& item);

/// Without control and escape characters: what a platform wrote must not drive a terminal.
std::string printable(std::string_view text);

}  // namespace souk::app
