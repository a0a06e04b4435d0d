#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace souk::whatsapp {

/// News of the business account, its number and its templates, by the field they come under. A
/// field nobody here needs is a Notice.
sdk::Result<std::vector<sdk::Record>> newsFrom(std::string_view field,
                                               const sdk::Json& value,
                                               const std::optional<sdk::Timestamp>& at);

}  // namespace souk::whatsapp
