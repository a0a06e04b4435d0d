#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/json.hpp>

#include <string>

namespace souk::whatsapp {

/// What the account's settings hold: ids that every call needs.
struct Settings {
    std::string numberId;
    std::string businessId;   ///< of the WhatsApp Business Account
    std::string catalogueId;  ///< empty: none is connected
};

inline Settings settingsOf(const sdk::Account& account) {
    Settings settings;
    settings.numberId = account.externalId;
    if (const auto json = sdk::Json::parse(account.settings)) {
        settings.businessId = json->textOr("waba_id", "");
        settings.catalogueId = json->textOr("catalogue_id", "");
    }
    return settings;
}

/// The name of the app's id among the grant's secrets.
inline constexpr const char* kAppId = "app_id";

}  // namespace souk::whatsapp
