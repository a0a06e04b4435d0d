#pragma once

#include <souk/sdk/publisher.hpp>

namespace souk::facebook {

/// Offers in the catalogue a person picked: Shops, advertisements, Marketplace where Meta decides.
class CataloguePublisher final : public sdk::Publisher {
public:
    sdk::Result<sdk::Receipt> publish(sdk::Context& context,
                                      const std::vector<sdk::OfferChange>& batch,
                                      std::string_view key) const override;
    sdk::Result<sdk::Receipt> poll(sdk::Context& context, std::string_view ticket) const override;
    sdk::Result<sdk::ShownPage> shown(sdk::Context& context,
                                      const sdk::Cursor& from) const override;
    sdk::Result<std::vector<sdk::ShownOffer>> look(
        sdk::Context& context, const std::vector<std::string>& externalIds) const override;
};

}  // namespace souk::facebook
