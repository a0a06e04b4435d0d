#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/json.hpp>

#include <string>

namespace souk::facebook {

/// The assets a person picked.
struct Settings {
    std::string catalogueId;
    std::string pageId;
};

inline Settings settingsOf(const sdk::Account& account) {
    Settings settings;
    settings.catalogueId = account.externalId;
    if (const auto json = sdk::Json::parse(account.settings))
        settings.pageId = json->textOr("page_id", "");
    return settings;
}

/// The name of the page's own token among the grant's secrets.
inline constexpr const char* kPageToken = "page_token";
/// And of the app's: "{app id}|{app secret}".
inline constexpr const char* kAppToken = "app_token";

}  // namespace souk::facebook
