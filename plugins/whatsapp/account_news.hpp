#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace souk::whatsapp {

/// News of the business account, its number and its templates, by the field they come under. What
/// nobody here needs, or is about another number of the same business account, is a Notice.
sdk::Result<std::vector<sdk::Record>> newsFrom(std::string_view field,
                                               const sdk::Json& value,
                                               const sdk::Account& account,
                                               const std::optional<sdk::Timestamp>& at);

}  // namespace souk::whatsapp
