#pragma once

#include "sync/run_rows.hpp"

#include <souk/sdk/sync.hpp>

#include <optional>
#include <string>
#include <vector>

namespace souk::sync {

/// Why a run cannot go on from this page: a cursor that cannot be kept, stands still or goes in
/// circles, or pages that never end. None: it can.
std::optional<std::string> faultOf(const sdk::Page& page, const RunEntity& entity);

/// Where the entity stands after this page. `fresh`: it brought something.
Footprint footprintOf(const sdk::Page& page, const RunEntity& entity, bool fresh);

/// The page's records of its leading entity, unreadable ones included: their ids, as far as they
/// can be remembered, and how many have none that can.
struct Leading {
    std::vector<std::string> ids;
    std::int64_t nameless = 0;
};
Leading leadingOf(const sdk::Page& page, sdk::Entity entity);

/// The keys of the page's stock levels, unreadable ones included.
std::vector<std::string> levelsOf(const sdk::Page& page);

}  // namespace souk::sync
