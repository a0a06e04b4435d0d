#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/json.hpp>

#include <string>
#include <string_view>

namespace souk::example {

inline constexpr std::string_view kApi = "https://api.example.test";

/// Sends and reads the JSON answer. What the host has not already turned into an Error is mapped
/// here, once: 404 NotFound, other refusals Rejected with the platform's own words.
sdk::Result<sdk::Json> call(sdk::Context& context, const sdk::HttpRequest& request);

/// The same for a GET of `kApi` + path.
sdk::Result<sdk::Json> get(sdk::Context& context, std::string_view path);

}  // namespace souk::example
