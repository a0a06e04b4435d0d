#include "publisher.hpp"

#include "meta/batches.hpp"
#include "settings.hpp"

namespace souk::whatsapp {

namespace {

sdk::Result<std::string> catalogueOf(const sdk::Context& context) {
    auto catalogue = settingsOf(context.account).catalogueId;
    if (!catalogue.empty()) return catalogue;
    return sdk::Error{sdk::ErrorKind::Rejected,
                      "no catalogue is connected to this account; connect one in WhatsApp Manager, "
                      "then connect the integration again"};
}

}  // namespace

sdk::Result<sdk::Receipt> CataloguePublisher::publish(sdk::Context& context,
                                                      const std::vector<sdk::OfferChange>& batch,
                                                      std::string_view) const {
    return meta::publish(context, SOUK_TRY(catalogueOf(context)), batch);
}

sdk::Result<sdk::Receipt> CataloguePublisher::poll(sdk::Context& context,
                                                   std::string_view ticket) const {
    return meta::poll(context, SOUK_TRY(catalogueOf(context)), ticket);
}

sdk::Result<sdk::ShownPage> CataloguePublisher::shown(sdk::Context& context,
                                                      const sdk::Cursor& from) const {
    return meta::shown(context, SOUK_TRY(catalogueOf(context)), from);
}

sdk::Result<std::vector<sdk::ShownOffer>> CataloguePublisher::look(
    sdk::Context& context, const std::vector<std::string>& externalIds) const {
    return meta::look(context, SOUK_TRY(catalogueOf(context)), externalIds);
}

}  // namespace souk::whatsapp
