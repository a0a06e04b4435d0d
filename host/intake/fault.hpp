#pragma once

#include <souk/sdk/record.hpp>

#include <optional>
#include <string>

namespace souk::intake {

/// What no platform can mean, though the tables could hold it: money below zero, a currency that
/// there is not, a part without an id. None for a sound record.
std::optional<std::string> faultOf(const sdk::Product& product);
std::optional<std::string> faultOf(const sdk::Order& order);

}  // namespace souk::intake
