#pragma once

#include "publish/offers.hpp"
#include "store/integrations.hpp"

#include <optional>
#include <string>

namespace souk::publish {

/// How products of a store are published through one integration.
struct Settings {
    bool enabled = false;
    bool heal = true;  ///< what a comparison finds missing or different is pushed again
    /// Address of a product for buyers, https, with {base_url} and {handle} of the listing it comes
    /// from.
    std::string link = "{base_url}/products/{handle}";
};

std::string toJson(const Settings& settings);
/// Defaults for what is missing. None when publishing was never asked for.
std::optional<Settings> settingsOf(store::Transaction& store, const core::Uuid& integrationId);
void save(store::Transaction& store, const core::Uuid& integrationId, const Settings& settings);

inline Shelf shelfOf(const store::IntegrationRow& integration) {
    return {integration.storeId, integration.id, integration.name};
}

}  // namespace souk::publish
