#pragma once

#include "vault/sealed_table.hpp"

#include <vector>

namespace souk::app {

/// Every table that holds something sealed, as its room tells it.
std::vector<vault::SealedTable> sealedTables();

}  // namespace souk::app
