#include "connect.hpp"

#include "meta/graph.hpp"
#include "meta/reading.hpp"
#include "settings.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>

namespace souk::facebook {

using meta::fieldOf;
using meta::listIn;
using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

constexpr std::string_view kDialog = "https://www.facebook.com/v25.0/dialog/oauth";
constexpr std::string_view kScopes =
    "business_management,catalog_management,pages_manage_metadata,pages_messaging,"
    "pages_read_engagement,pages_show_list";

/// Longer than any token lives, whatever an answer says.
constexpr std::int64_t kLongestLife = 10LL * 365 * 24 * 3600;

/// GET /oauth/access_token in any of its forms. A code works once, so it is never repeated.
sdk::Result<sdk::Grant> tokenBy(sdk::Context& context, meta::Query query) {
    const auto id = SOUK_TRY(context.secrets.find("client_id"));
    const auto secret = SOUK_TRY(context.secrets.find("client_secret"));
    query["client_id"] = id.reveal();
    query["client_secret"] = secret.reveal();
    sdk::HttpRequest request;
    request.url = meta::addressOf("/oauth/access_token", query);
    request.repeatable = false;
    const auto reply = SOUK_TRY(meta::call(context, request));
    sdk::Grant grant;
    grant.accessToken = sdk::Secret(SOUK_TRY(reply.text("access_token")));
    if (const auto seconds = reply.integerOr("expires_in", 0); seconds > 0)
        grant.expiresAt =
            context.clock.now() + std::chrono::seconds(std::min(seconds, kLongestLife));
    return grant;
}

/// It is its own refresh token: while it lives it can be exchanged for a fresh one.
sdk::Result<sdk::Grant> longLived(sdk::Context& context, const sdk::Secret& token) {
    auto grant = SOUK_TRY(tokenBy(
        context,
        {{"grant_type", "fb_exchange_token"}, {"fb_exchange_token", std::string(token.reveal())}}));
    grant.refreshToken = grant.accessToken;
    grant.refreshExpiresAt = grant.expiresAt;
    return grant;
}

/// The proof the host adds by itself once there is a grant.
sdk::Result<meta::Query> proven(const sdk::Context& context, const sdk::Secret& token) {
    const auto secret = SOUK_TRY(context.secrets.find("client_secret"));
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(context.clock.now()).time_since_epoch().count();
    const auto time = std::to_string(seconds);
    const auto message = std::string(token.reveal()) + "|" + time;
    return meta::Query{{"access_token", std::string(token.reveal())},
                       {"appsecret_proof", sdk::hex(sdk::hmacSha256(secret.reveal(), message))},
                       {"appsecret_time", time}};
}

/// People may decline single permissions.
sdk::Result<std::vector<std::string>> grantedTo(sdk::Context& context, const sdk::Secret& token) {
    const auto query = SOUK_TRY(proven(context, token));
    const auto reply = SOUK_TRY(meta::get(context, "/me/permissions", query));
    std::vector<std::string> scopes;
    for (const auto& one : SOUK_TRY(reply.items("data")))
        if (one.textOr("status", "") == "granted") scopes.push_back(one.textOr("permission", ""));
    return scopes;
}

/// One page of them is shown: a list that was cut says so.
void addOptions(sdk::Choice& choice, const Json& list) {
    for (const auto& item : listIn(list, "data")) {
        const auto id = item.textOr("id", "");
        const bool known = std::ranges::any_of(
            choice.options, [&](const auto& option) { return option.value == id; });
        if (!id.empty() && !known) choice.options.push_back({id, item.textOr("name", id)});
    }
    constexpr std::string_view kCut = " (there are more than are listed)";
    if (list.at("paging").has("next") && !choice.label.ends_with(kCut)) choice.label += kCut;
}

}  // namespace

sdk::Result<sdk::Fields> Connect::checkForm(const sdk::Fields& form) const {
    return form;
}

sdk::Result<std::string> Connect::authorizeUrl(const sdk::ConnectStart& start,
                                               const sdk::Secrets& app) const {
    const auto id = SOUK_TRY(app.find("client_id"));
    return std::string(kDialog) + "?" +
           meta::formOf({{"client_id", std::string(id.reveal())},
                         {"redirect_uri", start.redirectUri},
                         {"response_type", "code"},
                         {"scope", std::string(kScopes)},
                         {"state", start.state}});
}

/// Meta signs no callback: the state, which the host has checked, is the proof.
sdk::Result<sdk::Done> Connect::verifyCallback(const sdk::ConnectStart&,
                                               const sdk::Fields& query,
                                               const sdk::Secrets&,
                                               sdk::Timestamp) const {
    if (!fieldOf(query, "error").empty()) {
        const auto words = fieldOf(query, "error_description");
        return Error{ErrorKind::Rejected,
                     "Facebook says: " + (words.empty() ? fieldOf(query, "error") : words)};
    }
    if (fieldOf(query, "code").empty())
        return Error{ErrorKind::Rejected, "the callback carries no code; connect again"};
    return sdk::Done{};
}

sdk::Result<sdk::Grant> Connect::complete(sdk::Context& context,
                                          const sdk::ConnectStart& start,
                                          const sdk::Fields& query) const {
    const auto brief = SOUK_TRY(
        tokenBy(context, {{"redirect_uri", start.redirectUri}, {"code", fieldOf(query, "code")}}));
    auto grant = SOUK_TRY(longLived(context, brief.accessToken));
    grant.scopes = SOUK_TRY(grantedTo(context, grant.accessToken));
    return grant;
}

sdk::Result<std::vector<sdk::Choice>> Connect::choices(sdk::Context& context,
                                                       const sdk::ConnectStart&) const {
    sdk::Choice page{"page", "page", {}};
    sdk::Choice catalogue{"catalogue", "catalogue", {}};
    const auto pages =
        SOUK_TRY(meta::get(context, "/me/accounts", {{"fields", "id,name"}, {"limit", "100"}}));
    SOUK_TRY(pages.items("data"));
    addOptions(page, pages);
    const auto businesses = SOUK_TRY(meta::get(
        context,
        "/me/businesses",
        {{"fields", "id,name,owned_product_catalogs{id,name},client_product_catalogs{id,name}"},
         {"limit", "100"}}));
    for (const auto& business : SOUK_TRY(businesses.items("data")))
        for (const auto* edge : {"owned_product_catalogs", "client_product_catalogs"})
            addOptions(catalogue, business.at(edge));
    return std::vector<sdk::Choice>{page, catalogue};
}

sdk::Result<sdk::Grant> Connect::settle(sdk::Context& context,
                                        const sdk::ConnectStart& start,
                                        sdk::Grant grant) const {
    const auto page = fieldOf(start.form, "page");
    const auto reply =
        SOUK_TRY(meta::get(context, "/" + page, {{"fields", "id,name,access_token"}}));
    grant.secrets.insert_or_assign(kPageToken, sdk::Secret(SOUK_TRY(reply.text("access_token"))));
    const auto id = SOUK_TRY(context.secrets.find("client_id"));
    const auto secret = SOUK_TRY(context.secrets.find("client_secret"));
    grant.secrets.insert_or_assign(
        kAppToken, sdk::Secret(std::string(id.reveal()) + "|" + std::string(secret.reveal())));
    return grant;
}

sdk::Result<sdk::Account> Connect::probe(sdk::Context& context,
                                         const sdk::ConnectStart& start) const {
    auto catalogueId = fieldOf(start.form, "catalogue");
    auto pageId = fieldOf(start.form, "page");
    if (catalogueId.empty()) {  // asked again later, about the account there is
        const auto settings = settingsOf(context.account);
        catalogueId = settings.catalogueId;
        pageId = settings.pageId;
    }
    const auto catalogue = SOUK_TRY(
        meta::get(context, "/" + catalogueId, {{"fields", "id,name,vertical,product_count"}}));
    const auto page = SOUK_TRY(meta::get(context, "/" + pageId, {{"fields", "id,name"}}));
    const auto person = SOUK_TRY(meta::get(context, "/me", {{"fields", "id"}}));
    sdk::Account account;
    account.externalId = SOUK_TRY(catalogue.text("id"));
    // By the person's id their wish to have data deleted finds the account.
    account.otherIds = {pageId, SOUK_TRY(person.text("id"))};
    account.title = page.textOr("name", pageId) + ": " + catalogue.textOr("name", catalogueId);
    account.baseUrl = "https://graph.facebook.com";
    account.settings = sdk::JsonWriter().object().key("page_id").text(pageId).end().take();
    account.facts = sdk::JsonWriter()
                        .object()
                        .key("page")
                        .text(page.textOr("name", ""))
                        .key("catalogue")
                        .text(catalogue.textOr("name", ""))
                        .key("vertical")
                        .text(catalogue.textOr("vertical", ""))
                        .end()
                        .take();
    return account;
}

/// A long-lived token is exchanged for a fresh one while it lives; afterwards only a person can.
sdk::Result<sdk::Grant> Connect::refresh(sdk::Context& context, const sdk::Grant& grant) const {
    auto fresh = SOUK_TRY(longLived(context, grant.refreshToken.value_or(grant.accessToken)));
    fresh.scopes = grant.scopes;
    fresh.secrets = grant.secrets;
    return fresh;
}

sdk::Result<sdk::Done> Connect::revoke(sdk::Context& context) const {
    sdk::HttpRequest request;
    request.method = "DELETE";
    request.url = meta::addressOf("/me/permissions");
    SOUK_TRY(meta::call(context, request));
    return sdk::Done{};
}

}  // namespace souk::facebook
