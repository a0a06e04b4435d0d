#include "publisher.hpp"

#include "meta/batches.hpp"
#include "settings.hpp"

namespace souk::facebook {

sdk::Result<sdk::Receipt> CataloguePublisher::publish(sdk::Context& context,
                                                      const std::vector<sdk::OfferChange>& batch,
                                                      std::string_view) const {
    return meta::publish(context, settingsOf(context.account).catalogueId, batch);
}

sdk::Result<sdk::Receipt> CataloguePublisher::poll(sdk::Context& context,
                                                   std::string_view ticket) const {
    return meta::poll(context, settingsOf(context.account).catalogueId, ticket);
}

sdk::Result<sdk::ShownPage> CataloguePublisher::shown(sdk::Context& context,
                                                      const sdk::Cursor& from) const {
    return meta::shown(context, settingsOf(context.account).catalogueId, from);
}

sdk::Result<std::vector<sdk::ShownOffer>> CataloguePublisher::look(
    sdk::Context& context, const std::vector<std::string>& externalIds) const {
    return meta::look(context, settingsOf(context.account).catalogueId, externalIds);
}

}  // namespace souk::facebook
