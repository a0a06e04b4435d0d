#pragma once

#include "offered.hpp"

#include <souk/sdk/publisher.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::shopify {

/// A product as it is to stand in the shop: its offers by position.
using Group = std::vector<const sdk::Offer*>;

/// The variables of offer_set. `known`: how the shop has it now, so that variants stay what they
/// are and pictures that did not change are not fetched anew. Rejected: a price that cannot be
/// written. https://shopify.dev/docs/api/admin-graphql/latest/input-objects/ProductSetInput
sdk::Result<std::string> offerInput(const Group& group,
                                    const std::optional<OfferedProduct>& known,
                                    std::string_view location);

/// What each variant is chosen by: names and values, the same names for every variant and no two
/// alike. Where the source has nothing of the kind, or more names than a shop takes, its title.
using Choices = std::vector<std::pair<std::string, std::string>>;
std::vector<Choices> choicesOf(const Group& group);

}  // namespace souk::shopify
