#pragma once

#include <souk/sdk/publisher.hpp>

namespace souk::shopify {

/// Products of other platforms in the shop. Each is one declarative call that finds it by the hub's
/// id, so that a call that is repeated, or whose answer was lost, never makes a second one. All is
/// said at once: there are no tickets.
class Publisher final : public sdk::Publisher {
public:
    sdk::Result<sdk::Receipt> publish(sdk::Context& context,
                                      const std::vector<sdk::OfferChange>& batch,
                                      std::string_view key) const override;
    sdk::Result<sdk::ShownPage> shown(sdk::Context& context,
                                      const sdk::Cursor& from) const override;
    sdk::Result<std::vector<sdk::ShownOffer>> look(
        sdk::Context& context, const std::vector<std::string>& externalIds) const override;
};

}  // namespace souk::shopify
