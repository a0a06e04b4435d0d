#include "connect.hpp"

#include "graphql.hpp"
#include "reading.hpp"
#include "scopes.hpp"
#include "shop_domain.hpp"

#include <souk/sdk/crypto.hpp>

#include <charconv>

#include "documents.hpp"

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

/// Shopify's own library allows as much between signing and checking.
constexpr auto kCallbackAge = std::chrono::seconds(90);

std::string fieldIn(const sdk::Fields& fields, std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

/// The shop to connect, or an empty text: nothing else may become part of an address.
std::string shopIn(const sdk::ConnectStart& start) {
    std::string shop = fieldIn(start.form, "shop");
    return isShopDomain(shop) ? shop : std::string();
}

Error noShop() {
    return {ErrorKind::Rejected, "the shop's address is missing or not a myshopify.com one"};
}

/// What Shopify signs: every parameter but the signature, sorted, encoded with %20 for a space.
std::string signedText(const sdk::Fields& query) {
    std::string text;
    for (const auto& [name, value] : query) {
        if (name == "hmac" || name == "signature") continue;
        if (!text.empty()) text += '&';
        text.append(sdk::percentEncode(name)).append("=").append(sdk::percentEncode(value));
    }
    return text;
}

/// Lower-case hex HMAC-SHA256 with any client secret in force.
bool isGenuine(const sdk::Fields& query, const sdk::Secrets& app) {
    const std::string sent = fieldIn(query, "hmac");
    const std::string text = signedText(query);
    bool genuine = false;
    for (const auto& secret : app.all("client_secret"))
        genuine |= sdk::equalConstantTime(sent, sdk::hex(sdk::hmacSha256(secret.reveal(), text)));
    return genuine;
}

bool isFresh(const sdk::Fields& query, sdk::Timestamp now) {
    const std::string text = fieldIn(query, "timestamp");
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    // Far beyond any date, and far from overflow when turned into microseconds.
    constexpr std::int64_t kLatest = 1'000'000'000'000;
    const bool readable = problem == std::errc() && end == text.data() + text.size() &&
                          seconds >= 0 && seconds < kLatest;
    if (!readable) return false;
    const auto age = now - sdk::Timestamp(std::chrono::seconds(seconds));
    return age <= kCallbackAge && age >= -kCallbackAge;
}

sdk::Result<sdk::HttpReply> askForToken(sdk::Context& context,
                                        std::string_view baseUrl,
                                        std::string body,
                                        bool repeatable) {
    sdk::HttpRequest request;
    request.method = "POST";
    request.url.append(baseUrl).append("/admin/oauth/access_token");
    request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
    request.body = std::move(body);
    request.repeatable = repeatable;
    return context.http.send(request);
}

/// Seconds a token lives: 0 when the reply does not say, -1 when it says nonsense.
std::int64_t lifeIn(const Json& reply, std::string_view key) {
    constexpr std::int64_t kLongest = 10LL * 366 * 24 * 3600;
    if (!reply.has(key)) return 0;
    const auto seconds = reply.integerOr(key, -1);
    return seconds > 0 && seconds <= kLongest ? seconds : -1;
}

std::optional<sdk::Timestamp> after(sdk::Timestamp now, std::int64_t seconds) {
    if (seconds == 0) return std::nullopt;
    return now + std::chrono::seconds(seconds);
}

/// {access_token, scope, expires_in, refresh_token, refresh_token_expires_in}; the last three only
/// for expiring tokens.
sdk::Result<sdk::Grant> grantFrom(const sdk::HttpReply& reply, sdk::Timestamp now) {
    auto parsed = Json::parse(reply.body);
    // The parser's words may quote the body, and the body holds tokens.
    if (!parsed)
        return Error{ErrorKind::BadPayload, "Shopify's answer to the token request is not JSON"};
    const Json& json = *parsed;
    sdk::Grant grant;
    grant.accessToken = sdk::Secret(SOUK_TRY(json.text("access_token")));
    if (const auto refresh = textIn(json, "refresh_token"); !refresh.empty())
        grant.refreshToken = sdk::Secret(refresh);
    const auto life = lifeIn(json, "expires_in");
    const auto refreshLife = lifeIn(json, "refresh_token_expires_in");
    if (life < 0 || refreshLife < 0)
        return Error{ErrorKind::BadPayload, "Shopify's answer says no usable token lifetime"};
    grant.expiresAt = after(now, life);
    grant.refreshExpiresAt = after(now, refreshLife);
    grant.scopes = expandedScopes(splitScopes(textIn(json, "scope")));
    return grant;
}

Error notGranted(const std::string& missing) {
    return {ErrorKind::Rejected,
            "the shop did not grant " + missing +
                "; add the scope to the app's configuration and connect again"};
}

void announceLimits(sdk::Context& context, const std::vector<std::string>& granted) {
    if (grants(granted, kAllOrdersScope)) return;
    context.log.write(sdk::LogLevel::Warning,
                      "the shop did not grant read_all_orders: only orders of the last 60 days can "
                      "be read");
}

std::string authorizeQuery(const sdk::ConnectStart& start, std::string_view clientId) {
    std::string scopes;
    for (const auto scope : kRequiredScopes) scopes.append(scopes.empty() ? "" : ",").append(scope);
    if (fieldIn(start.form, "older_orders") != "no") scopes.append(",").append(kAllOrdersScope);
    if (fieldIn(start.form, "offers") == "yes") scopes.append(",").append(kOffersScope);
    std::string query = "client_id=" + sdk::percentEncode(clientId);
    query += "&scope=" + sdk::percentEncode(scopes);
    query += "&redirect_uri=" + sdk::percentEncode(start.redirectUri);
    query += "&state=" + sdk::percentEncode(start.state);
    return query;
}

}  // namespace

sdk::Result<sdk::Fields> Connect::checkForm(const sdk::Fields& form) const {
    sdk::Fields checked = form;
    const std::string shop = SOUK_TRY(shopDomainFrom(fieldIn(form, "shop")));
    const std::string older = lowered(fieldIn(form, "older_orders"));
    if (!older.empty() && older != "yes" && older != "no")
        return Error{ErrorKind::Rejected, "older_orders is yes or no"};
    const std::string offers = lowered(fieldIn(form, "offers"));
    if (!offers.empty() && offers != "yes" && offers != "no")
        return Error{ErrorKind::Rejected, "offers is yes or no"};
    checked["shop"] = shop;
    checked["account"] = shop;
    checked["older_orders"] = older.empty() ? "yes" : older;
    checked["offers"] = offers.empty() ? "yes" : offers;
    return checked;
}

sdk::Result<std::string> Connect::authorizeUrl(const sdk::ConnectStart& start,
                                               const sdk::Secrets& app) const {
    const std::string shop = shopIn(start);
    if (shop.empty()) return noShop();
    const auto clientId = SOUK_TRY(app.find("client_id"));
    return "https://" + shop + "/admin/oauth/authorize?" + authorizeQuery(start, clientId.reveal());
}

sdk::Result<sdk::Done> Connect::verifyCallback(const sdk::ConnectStart& start,
                                               const sdk::Fields& query,
                                               const sdk::Secrets& app,
                                               sdk::Timestamp now) const {
    const std::string asked = fieldIn(start.form, "shop");
    const std::string shop = lowered(fieldIn(query, "shop"));
    if (!isShopDomain(shop))
        return Error{ErrorKind::Rejected, "the callback names no myshopify.com shop"};
    if (!isGenuine(query, app))
        return Error{ErrorKind::Rejected,
                     "the callback's signature is not Shopify's; check the app's client secret "
                     "(souk app set shopify) and start connecting again"};
    if (!isFresh(query, now))
        return Error{ErrorKind::Rejected,
                     "the callback is more than 90 seconds old (or this machine's clock is "
                     "wrong); start connecting again"};
    if (shop != asked)
        return Error{ErrorKind::Rejected,
                     "the callback is for " + shop + ", but " + asked + " was to be connected"};
    return sdk::Done{};
}

sdk::Result<sdk::Grant> Connect::complete(sdk::Context& context,
                                          const sdk::ConnectStart& start,
                                          const sdk::Fields& query) const {
    const std::string shop = shopIn(start);
    if (shop.empty()) return noShop();
    const std::string code = fieldIn(query, "code");
    if (code.empty())
        return Error{ErrorKind::Rejected, "the callback carries no code; start connecting again"};
    const auto clientId = SOUK_TRY(context.secrets.find("client_id"));
    const auto secret = SOUK_TRY(context.secrets.find("client_secret"));
    auto body = sdk::JsonWriter()
                    .object()
                    .key("client_id")
                    .text(clientId.reveal())
                    .key("client_secret")
                    .text(secret.reveal())
                    .key("code")
                    .text(code)
                    .key("expiring")
                    .text("1")
                    .end()
                    .take();
    // A code is good for one exchange: a repeated one fails and hides that the first succeeded.
    const auto reply = SOUK_TRY(askForToken(context, "https://" + shop, std::move(body), false));
    if (reply.status == 400 || reply.status == 401)
        return Error{ErrorKind::Rejected,
                     "Shopify did not accept the code (used, expired, or of another app); start "
                     "connecting again"};
    if (reply.status != 200) return errorFromStatus(reply);
    auto grant = SOUK_TRY(grantFrom(reply, context.clock.now()));
    const auto missing = missingScopes(grant.scopes);
    if (!missing.empty()) return notGranted(missing);
    announceLimits(context, grant.scopes);
    return grant;
}

sdk::Result<sdk::Account> Connect::probe(sdk::Context& context,
                                         const sdk::ConnectStart& start) const {
    const std::string typed = fieldIn(start.form, "shop");
    const std::string asked = typed.empty() ? context.account.externalId : typed;
    if (!isShopDomain(asked))
        return Error{ErrorKind::Rejected, "it is not known which shop to look at"};
    const auto request = graphqlRequest("https://" + asked, documents::kShop, "{}");
    const auto reply = SOUK_TRY(context.http.send(request));
    const Json data = SOUK_TRY(dataFrom(reply));
    warnOfFallForward(context, reply);

    const Json shop = SOUK_TRY(data.object("shop"));
    sdk::Account account;
    account.externalId = lowered(SOUK_TRY(shop.text("myshopifyDomain")));
    if (account.externalId != asked)
        return Error{ErrorKind::Rejected,
                     "the token belongs to " + account.externalId + ", not to " + asked};
    account.title = textIn(shop, "name");
    account.baseUrl = "https://" + account.externalId;
    account.currency = SOUK_TRY(shop.text("currencyCode"));
    account.timeZone = textIn(shop, "ianaTimezone");
    std::vector<std::string> scopes;
    const Json installation = SOUK_TRY(data.object("currentAppInstallation"));
    for (const Json& scope : SOUK_TRY(installation.items("accessScopes")))
        scopes.push_back(SOUK_TRY(scope.text("handle")));
    account.scopes = expandedScopes(std::move(scopes));
    const auto missing = missingScopes(account.scopes);
    if (!missing.empty()) return notGranted(missing);
    announceLimits(context, account.scopes);
    return account;
}

sdk::Result<sdk::Grant> Connect::refresh(sdk::Context& context, const sdk::Grant& grant) const {
    if (!grant.refreshToken)
        return Error{ErrorKind::Unauthorized,
                     "this shop's token cannot be refreshed; connect the shop again"};
    const auto clientId = SOUK_TRY(context.secrets.find("client_id"));
    const auto secret = SOUK_TRY(context.secrets.find("client_secret"));
    auto body = sdk::JsonWriter()
                    .object()
                    .key("client_id")
                    .text(clientId.reveal())
                    .key("client_secret")
                    .text(secret.reveal())
                    .key("grant_type")
                    .text("refresh_token")
                    .key("refresh_token")
                    .text(grant.refreshToken->reveal())
                    .end()
                    .take();
    // https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens
    // The presented refresh token stays good until the new one is used: a lost answer may be
    // asked for again.
    const auto reply =
        SOUK_TRY(askForToken(context, context.account.baseUrl, std::move(body), true));
    if (reply.status == 400 || reply.status == 401)
        return Error{ErrorKind::Unauthorized,
                     "Shopify no longer accepts the refresh token; connect the shop again"};
    if (reply.status != 200) return errorFromStatus(reply);
    auto fresh = SOUK_TRY(grantFrom(reply, context.clock.now()));
    if (fresh.scopes.empty()) fresh.scopes = grant.scopes;
    return fresh;
}

sdk::Result<sdk::Done> Connect::revoke(sdk::Context& context) const {
    sdk::HttpRequest request;
    request.method = "DELETE";
    request.url = context.account.baseUrl + "/admin/api_permissions/current.json";
    request.headers = {{"Accept", "application/json"}, {"Content-Length", "0"}};
    const auto reply = context.http.send(request);
    // A token that is dead already is what was asked for.
    if (!reply && reply.error().kind == ErrorKind::Unauthorized) return sdk::Done{};
    if (!reply) return reply.error();
    const bool gone = reply->status == 401 || reply->status == 404;
    if (gone || (reply->status >= 200 && reply->status < 300)) return sdk::Done{};
    return errorFromStatus(*reply);
}

}  // namespace souk::shopify
