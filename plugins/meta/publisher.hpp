#pragma once

#include <souk/sdk/publisher.hpp>

#include <string>

namespace souk::meta {

/// Offers in one of Meta's catalogues, by items_batch. Which one is for the plugin to say.
class CataloguePublisher : public sdk::Publisher {
public:
    sdk::Result<sdk::Receipt> publish(sdk::Context& context,
                                      const std::vector<sdk::OfferChange>& batch,
                                      std::string_view key) const final;
    sdk::Result<sdk::Receipt> poll(sdk::Context& context, std::string_view ticket) const final;
    sdk::Result<sdk::ShownPage> shown(sdk::Context& context, const sdk::Cursor& from) const final;
    sdk::Result<std::vector<sdk::ShownOffer>> look(
        sdk::Context& context, const std::vector<std::string>& externalIds) const final;

private:
    /// The catalogue's id. Rejected, with the fix named: none belongs to the account.
    virtual sdk::Result<std::string> catalogueOf(const sdk::Account& account) const = 0;
};

}  // namespace souk::meta
