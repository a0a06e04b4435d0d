#pragma once

#include "loader/manifest.hpp"

#include <souk/sdk/connect.hpp>

#include <string_view>

namespace souk::connect {

/// The fields of an integration's config: members of the object that the manifest asks for.
sdk::Result<sdk::Fields> formFrom(const loader::Manifest& manifest, std::string_view config);

/// Rejected, naming the field: unknown, missing though required, or not of its pattern. Values are
/// never repeated in the message.
sdk::Result<sdk::Done> checkFields(const loader::Manifest& manifest, const sdk::Fields& fields);

}  // namespace souk::connect
