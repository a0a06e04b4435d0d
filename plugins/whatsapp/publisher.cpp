#include "publisher.hpp"

#include "settings.hpp"

namespace souk::whatsapp {

sdk::Result<std::string> CataloguePublisher::catalogueOf(const sdk::Account& account) const {
    auto catalogue = settingsOf(account).catalogueId;
    if (!catalogue.empty()) return catalogue;
    return sdk::Error{sdk::ErrorKind::Rejected,
                      "no catalogue is connected to this account; connect one in WhatsApp Manager, "
                      "then connect the integration again"};
}

}  // namespace souk::whatsapp
