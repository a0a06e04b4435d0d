#pragma once

#include "store/guard.hpp"

#include <string>

namespace souk::inventory {

/// Held by whoever makes levels of an integration or takes those of a gone variant away: a level
/// made beside a deletion is seen by one of the two.
inline std::string levelLock(const store::RecordScope& scope) {
    return "souk:stock:" + scope.integrationId.text();
}

}  // namespace souk::inventory
