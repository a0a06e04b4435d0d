#pragma once

#include "meta/publisher.hpp"

namespace souk::whatsapp {

/// Offers in the catalogue that is connected to the business account: what product messages show.
class CataloguePublisher final : public meta::CataloguePublisher {
    sdk::Result<std::string> catalogueOf(const sdk::Account& account) const override;
};

}  // namespace souk::whatsapp
