#include "publisher.hpp"

#include "settings.hpp"

namespace souk::facebook {

sdk::Result<std::string> CataloguePublisher::catalogueOf(const sdk::Account& account) const {
    return settingsOf(account).catalogueId;
}

}  // namespace souk::facebook
