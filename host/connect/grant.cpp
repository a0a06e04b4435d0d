#include "connect/grant.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>

namespace souk::connect {

namespace {

void addText(sdk::JsonWriter& json, std::string_view key, const std::optional<sdk::Secret>& value) {
    if (value) json.key(key).text(value->reveal());
}

void addTime(sdk::JsonWriter& json,
             std::string_view key,
             const std::optional<sdk::Timestamp>& value) {
    if (value) json.key(key).text(sdk::rfc3339(*value));
}

sdk::Result<std::optional<sdk::Timestamp>> timeFrom(const sdk::Json& json, std::string_view key) {
    using Answer = std::optional<sdk::Timestamp>;
    if (!json.has(key)) return Answer();
    return Answer(SOUK_TRY(sdk::timestampFrom(SOUK_TRY(json.text(key)))));
}

sdk::Result<std::optional<sdk::Secret>> secretFrom(const sdk::Json& json, std::string_view key) {
    using Answer = std::optional<sdk::Secret>;
    if (!json.has(key)) return Answer();
    return Answer(sdk::Secret(SOUK_TRY(json.text(key))));
}

}  // namespace

sdk::Secret toJson(const KeptGrant& kept) {
    sdk::JsonWriter json;
    json.object().key("access").text(kept.grant.accessToken.reveal());
    addText(json, "refresh", kept.grant.refreshToken);
    addTime(json, "expires_at", kept.grant.expiresAt);
    addTime(json, "refresh_expires_at", kept.grant.refreshExpiresAt);
    json.key("scopes").array();
    for (const auto& scope : kept.grant.scopes) json.text(scope);
    json.end();
    if (!kept.grant.secrets.empty()) {
        json.key("secrets").object();
        for (const auto& [name, secret] : kept.grant.secrets) json.key(name).text(secret.reveal());
        json.end();
    }
    addText(json, "former_refresh", kept.formerRefresh);
    addTime(json, "former_until", kept.formerUntil);
    json.end();
    return sdk::Secret(json.take());
}

sdk::Result<KeptGrant> grantFromJson(const sdk::Secret& json) {
    const auto root = SOUK_TRY(sdk::Json::parse(json.reveal()));
    KeptGrant kept;
    kept.grant.accessToken = sdk::Secret(SOUK_TRY(root.text("access")));
    kept.grant.refreshToken = SOUK_TRY(secretFrom(root, "refresh"));
    kept.grant.expiresAt = SOUK_TRY(timeFrom(root, "expires_at"));
    kept.grant.refreshExpiresAt = SOUK_TRY(timeFrom(root, "refresh_expires_at"));
    for (const auto& scope : SOUK_TRY(root.items("scopes")))
        kept.grant.scopes.push_back(SOUK_TRY(scope.text()));
    const auto secrets = root.at("secrets");
    for (const auto& name : secrets.keys())
        kept.grant.secrets.emplace(name, sdk::Secret(SOUK_TRY(secrets.text(name))));
    kept.formerRefresh = SOUK_TRY(secretFrom(root, "former_refresh"));
    kept.formerUntil = SOUK_TRY(timeFrom(root, "former_until"));
    return kept;
}

KeptGrant rotated(const KeptGrant& before, sdk::Grant fresh, sdk::Timestamp formerUntil) {
    KeptGrant after{std::move(fresh), std::nullopt, std::nullopt};
    auto& grant = after.grant;
    if (grant.scopes.empty()) grant.scopes = before.grant.scopes;
    if (grant.secrets.empty()) grant.secrets = before.grant.secrets;
    if (!grant.refreshToken) {
        grant.refreshToken = before.grant.refreshToken;
        grant.refreshExpiresAt = before.grant.refreshExpiresAt;
    } else if (before.grant.refreshToken) {
        after.formerRefresh = before.grant.refreshToken;
        after.formerUntil = formerUntil;
    }
    return after;
}

std::vector<std::string> missingScopes(const std::vector<std::string>& wanted,
                                       const std::vector<std::string>& granted) {
    std::vector<std::string> missing;
    for (const auto& scope : wanted)
        if (std::find(granted.begin(), granted.end(), scope) == granted.end())
            missing.push_back(scope);
    return missing;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
        text += names[i];
    }
    return text;
}

}  // namespace souk::connect
