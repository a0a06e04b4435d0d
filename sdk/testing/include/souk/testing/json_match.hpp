#pragma once

#include <souk/sdk/json.hpp>

#include <string>
#include <vector>

namespace souk::testing {

/// Where `actual` is not what `expected` says, one sentence with its path each. Lists must have
/// the same length; of objects only the members `expected` names are looked at, and `null` means
/// null or absent. Numbers are compared digit by digit.
std::vector<std::string> differences(const sdk::Json& expected, const sdk::Json& actual);

}  // namespace souk::testing
