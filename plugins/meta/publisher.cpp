#include "meta/publisher.hpp"

#include "meta/batches.hpp"

namespace souk::meta {

sdk::Result<sdk::Receipt> CataloguePublisher::publish(sdk::Context& context,
                                                      const std::vector<sdk::OfferChange>& batch,
                                                      std::string_view) const {
    return meta::publish(context, SOUK_TRY(catalogueOf(context.account)), batch);
}

sdk::Result<sdk::Receipt> CataloguePublisher::poll(sdk::Context& context,
                                                   std::string_view ticket) const {
    return meta::poll(context, SOUK_TRY(catalogueOf(context.account)), ticket);
}

sdk::Result<sdk::ShownPage> CataloguePublisher::shown(sdk::Context& context,
                                                      const sdk::Cursor& from) const {
    return meta::shown(context, SOUK_TRY(catalogueOf(context.account)), from);
}

sdk::Result<std::vector<sdk::ShownOffer>> CataloguePublisher::look(
    sdk::Context& context, const std::vector<std::string>& externalIds) const {
    return meta::look(context, SOUK_TRY(catalogueOf(context.account)), externalIds);
}

}  // namespace souk::meta
