#include "connect.hpp"

#include "api.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>

namespace souk::example {

namespace {

constexpr std::string_view kScopes = "catalog:read orders:read";
constexpr std::chrono::minutes kFreshness{10};

std::string fieldOf(const sdk::Fields& fields, std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

bool isAccountName(std::string_view name) {
    constexpr std::size_t kLongest = 63;
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return name.size() >= 2 && name.size() <= kLongest && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9') || c == '-';
           });
}

/// "a=1&b=2": names and values encoded, in order of name.
std::string formOf(const sdk::Fields& fields) {
    std::string form;
    for (const auto& [name, value] : fields) {
        form += form.empty() ? "" : "&";
        form += sdk::percentEncode(name) + "=" + sdk::percentEncode(value);
    }
    return form;
}

sdk::Result<sdk::Grant> grantFrom(const sdk::Json& reply, sdk::Timestamp now) {
    sdk::Grant grant;
    grant.accessToken = sdk::Secret(SOUK_TRY(reply.text("access_token")));
    if (reply.has("refresh_token"))
        grant.refreshToken = sdk::Secret(SOUK_TRY(reply.text("refresh_token")));
    if (reply.has("expires_in"))
        grant.expiresAt = now + std::chrono::seconds(SOUK_TRY(reply.integer("expires_in")));
    auto scopes = reply.textOr("scope", "");
    for (std::size_t at = 0; at < scopes.size();) {
        const auto end = std::min(scopes.find(' ', at), scopes.size());
        if (end > at) grant.scopes.push_back(scopes.substr(at, end - at));
        at = end + 1;
    }
    return grant;
}

/// https://api.example.test/docs#tokens. Never repeatable: a code and a refresh token work once.
sdk::Result<sdk::Grant> askForToken(sdk::Context& context, sdk::Fields fields) {
    const auto id = SOUK_TRY(context.secrets.find("client_id"));
    const auto secret = SOUK_TRY(context.secrets.find("client_secret"));
    fields["client_id"] = id.reveal();
    fields["client_secret"] = secret.reveal();
    sdk::HttpRequest request;
    request.method = "POST";
    request.url = std::string(kApi) + "/oauth/token";
    request.headers["Content-Type"] = "application/x-www-form-urlencoded";
    request.body = formOf(fields);
    request.repeatable = false;
    const auto reply = SOUK_TRY(call(context, request));
    return grantFrom(reply, context.clock.now());
}

}  // namespace

sdk::Result<sdk::Fields> Connect::checkForm(const sdk::Fields& form) const {
    const auto account = fieldOf(form, "account");
    if (!isAccountName(account))
        return sdk::Error{sdk::ErrorKind::Rejected,
                          "the account name is 2 to 63 lower case letters, digits and dashes"};
    return sdk::Fields{{"account", account}};
}

sdk::Result<std::string> Connect::authorizeUrl(const sdk::ConnectStart& start,
                                               const sdk::Secrets& app) const {
    const auto id = SOUK_TRY(app.find("client_id"));
    const sdk::Fields query{{"account", fieldOf(start.form, "account")},
                            {"client_id", std::string(id.reveal())},
                            {"code_challenge", start.codeChallenge},
                            {"code_challenge_method", "S256"},
                            {"redirect_uri", start.redirectUri},
                            {"scope", std::string(kScopes)},
                            {"state", start.state}};
    return std::string(kApi) + "/oauth/authorize?" + formOf(query);
}

sdk::Result<sdk::Done> Connect::verifyCallback(const sdk::ConnectStart& start,
                                               const sdk::Fields& query,
                                               const sdk::Secrets& app,
                                               sdk::Timestamp now) const {
    auto signedPart = query;
    signedPart.erase("signature");
    const auto message = formOf(signedPart);
    const auto given = fieldOf(query, "signature");
    const auto secrets = app.all("client_secret");
    const bool fits = std::any_of(secrets.begin(), secrets.end(), [&](const sdk::Secret& secret) {
        return sdk::equalConstantTime(given, sdk::hex(sdk::hmacSha256(secret.reveal(), message)));
    });
    if (!fits)
        return sdk::Error{sdk::ErrorKind::Unauthorized, "the callback's signature does not fit"};
    const auto at = SOUK_TRY(sdk::timestampFrom(fieldOf(query, "at")));
    if (at < now - kFreshness || at > now + kFreshness)
        return sdk::Error{sdk::ErrorKind::Unauthorized, "the callback is too old; connect again"};
    if (fieldOf(query, "account") != fieldOf(start.form, "account"))
        return sdk::Error{sdk::ErrorKind::Rejected,
                          "the platform connected another account than the one asked for"};
    return sdk::Done{};
}

sdk::Result<sdk::Grant> Connect::complete(sdk::Context& context,
                                          const sdk::ConnectStart& start,
                                          const sdk::Fields& query) const {
    return askForToken(context,
                       {{"grant_type", "authorization_code"},
                        {"code", fieldOf(query, "code")},
                        {"code_verifier", start.codeVerifier},
                        {"redirect_uri", start.redirectUri}});
}

sdk::Result<sdk::Account> Connect::probe(sdk::Context& context, const sdk::ConnectStart&) const {
    const auto reply = SOUK_TRY(get(context, "/v1/account"));
    sdk::Account account;
    account.externalId = SOUK_TRY(reply.text("name"));
    account.title = reply.textOr("title", account.externalId);
    account.baseUrl = kApi;
    account.currency = reply.textOr("currency", "");
    account.timeZone = reply.textOr("time_zone", "");
    return account;
}

sdk::Result<sdk::Grant> Connect::refresh(sdk::Context& context, const sdk::Grant& grant) const {
    if (!grant.refreshToken)
        return sdk::Error{sdk::ErrorKind::Unauthorized, "the grant has no refresh token"};
    return askForToken(context,
                       {{"grant_type", "refresh_token"},
                        {"refresh_token", std::string(grant.refreshToken->reveal())}});
}

sdk::Result<sdk::Done> Connect::revoke(sdk::Context& context) const {
    sdk::HttpRequest request;
    request.method = "POST";
    request.url = std::string(kApi) + "/oauth/revoke";
    SOUK_TRY(call(context, request));
    return sdk::Done{};
}

}  // namespace souk::example
