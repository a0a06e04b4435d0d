#pragma once

#include <string_view>

namespace souk::vault {

/// A table with columns `sealed` and `key_id`, told by the room that seals its rows. `identity` is
/// the SQL for what a row is sealed under: the same text as that room hands to seal and open.
struct SealedTable {
    std::string_view name;
    std::string_view identity;
};

}  // namespace souk::vault
