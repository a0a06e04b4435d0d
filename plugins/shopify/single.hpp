#pragma once

#include "graphql.hpp"

#include <souk/sdk/sync.hpp>

#include <string>
#include <string_view>

namespace souk::shopify {

/// Fetching one object by its id: what the sources' fetchOne() share.

/// `{"id":"gid://shopify/<type>/<id>"}` sent, the object at `field` answered. NotFound when Shopify
/// answers null, which is how it says "gone".
sdk::Result<sdk::Json> askOne(sdk::Context& context,
                              const Document& document,
                              std::string_view field,
                              std::string_view type,
                              std::string_view externalId);

/// The object at `field`, or NotFound.
sdk::Result<sdk::Json> presentIn(const sdk::Json& data, std::string_view field);

sdk::Page lastPageOf(sdk::Record record);
sdk::Error notBroughtHere(sdk::Entity entity);

}  // namespace souk::shopify
