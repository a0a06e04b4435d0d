#pragma once

#include <souk/sdk/publisher.hpp>

namespace souk::whatsapp {

/// Offers in the catalogue that is connected to the business account: what product messages show.
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

}  // namespace souk::whatsapp
