#pragma once

#include "meta/publisher.hpp"

namespace souk::facebook {

/// Offers in the catalogue a person picked: Shops, advertisements, Marketplace where Meta decides.
class CataloguePublisher final : public meta::CataloguePublisher {
    sdk::Result<std::string> catalogueOf(const sdk::Account& account) const override;
};

}  // namespace souk::facebook
