#include "connect.hpp"

#include "meta/graph.hpp"
#include "meta/reading.hpp"
#include "settings.hpp"
#include "wire.hpp"

#include <algorithm>

namespace souk::whatsapp {

using meta::fieldOf;
using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

constexpr std::string_view kNumberFields =
    "id,display_phone_number,verified_name,quality_rating,name_status,status,throughput,"
    "whatsapp_business_manager_messaging_limit";

/// The code lives 30 seconds and works once.
sdk::Result<std::string> exchanged(sdk::Context& context, const std::string& code) {
    const auto id = SOUK_TRY(context.secrets.find("client_id"));
    const auto secret = SOUK_TRY(context.secrets.find("client_secret"));
    sdk::HttpRequest request;
    request.url = meta::addressOf("/oauth/access_token",
                                  {{"client_id", std::string(id.reveal())},
                                   {"client_secret", std::string(secret.reveal())},
                                   {"code", code}});
    request.repeatable = false;
    const auto reply = SOUK_TRY(meta::call(context, request));
    return reply.text("access_token");
}

/// What the token may do and until when, asked with the token itself.
sdk::Result<sdk::Grant> grantOf(sdk::Context& context, const std::string& token) {
    const auto reply = SOUK_TRY(
        meta::get(context, "/debug_token", {{"access_token", token}, {"input_token", token}}));
    const auto data = SOUK_TRY(reply.object("data"));
    if (!data.booleanOr("is_valid", false))
        return Error{ErrorKind::Rejected,
                     "the token is not valid (any more); make a new one for the system user"};
    sdk::Grant grant;
    grant.accessToken = sdk::Secret(token);
    // No secret, but of the grant: whose app it is that subscribes with this token.
    grant.secrets.emplace(kAppId, sdk::Secret(SOUK_TRY(data.text("app_id"))));
    if (data.integerOr("expires_at", 0) > 0) grant.expiresAt = SOUK_TRY(timeIn(data, "expires_at"));
    for (const auto& scope : SOUK_TRY(data.items("scopes"))) {
        auto text = SOUK_TRY(scope.text());
        grant.scopes.push_back(std::move(text));
    }
    return grant;
}

sdk::Result<sdk::Done> checkNumber(sdk::Context& context,
                                   const std::string& business,
                                   const std::string& number) {
    const auto reply = SOUK_TRY(meta::get(
        context, "/" + business + "/phone_numbers", {{"fields", "id"}, {"limit", "200"}}));
    const auto numbers = SOUK_TRY(reply.items("data"));
    const bool there = std::ranges::any_of(
        numbers, [&](const Json& one) { return one.textOr("id", "") == number; });
    if (there) return sdk::Done{};
    return Error{ErrorKind::Rejected,
                 "the number " + number + " does not belong to the account " + business +
                     "; check both ids in WhatsApp Manager"};
}

/// The catalogue that is connected to the account; empty when there is none.
sdk::Result<std::string> catalogueOf(sdk::Context& context, const std::string& business) {
    const auto reply = meta::get(context, "/" + business + "/product_catalogs", {{"fields", "id"}});
    if (!reply && reply.error().kind == ErrorKind::Rejected) return std::string();  // not allowed
    if (!reply) return reply.error();
    const auto catalogues = listIn(*reply, "data");
    return catalogues.empty() ? std::string() : catalogues.front().textOr("id", "");
}

std::string factsOf(const Json& number) {
    sdk::JsonWriter out;
    out.object();
    for (const auto* key :
         {"display_phone_number", "verified_name", "quality_rating", "name_status", "status"})
        if (number.has(key)) out.key(key).text(number.textOr(key, ""));
    if (number.has("whatsapp_business_manager_messaging_limit"))
        out.key("messaging_limit")
            .text(number.textOr("whatsapp_business_manager_messaging_limit", ""));
    if (number.has("throughput"))
        out.key("throughput").text(number.at("throughput").textOr("level", ""));
    return out.end().take();
}

}  // namespace

sdk::Result<sdk::Fields> Connect::checkForm(const sdk::Fields& form) const {
    sdk::Fields checked = form;
    checked["account"] = fieldOf(form, "phone_number_id");
    return checked;
}

sdk::Result<sdk::Grant> Connect::complete(sdk::Context& context,
                                          const sdk::ConnectStart& start,
                                          const sdk::Fields&) const {
    auto token = fieldOf(start.form, "token");
    const auto code = fieldOf(start.form, "code");
    if (token.empty() == code.empty())
        return Error{ErrorKind::Rejected,
                     "give either the token of a system user or the code of Embedded Signup"};
    if (token.empty()) {
        auto made = SOUK_TRY(exchanged(context, code));
        token = std::move(made);
    }
    return grantOf(context, token);
}

sdk::Result<sdk::Account> Connect::probe(sdk::Context& context,
                                         const sdk::ConnectStart& start) const {
    const auto known =
        settingsOf(context.account);  // asked again later, about the account there is
    auto numberId = fieldOf(start.form, "phone_number_id");
    if (numberId.empty()) numberId = known.numberId;
    auto businessId = fieldOf(start.form, "waba_id");
    if (businessId.empty()) businessId = known.businessId;
    const auto number =
        SOUK_TRY(meta::get(context, "/" + numberId, {{"fields", std::string(kNumberFields)}}));
    SOUK_TRY(checkNumber(context, businessId, numberId));
    const auto business =
        SOUK_TRY(meta::get(context, "/" + businessId, {{"fields", "id,name,currency"}}));
    auto catalogue = fieldOf(start.form, "catalogue_id");
    if (catalogue.empty()) catalogue = known.catalogueId;
    if (catalogue.empty()) {
        auto found = SOUK_TRY(catalogueOf(context, businessId));
        catalogue = std::move(found);
    }

    sdk::Account account;
    account.externalId = SOUK_TRY(number.text("id"));
    account.otherIds = {businessId};
    account.title = number.textOr("verified_name", business.textOr("name", "")) + " " +
                    number.textOr("display_phone_number", "");
    account.baseUrl = "https://graph.facebook.com";
    account.currency = business.textOr("currency", "");
    account.settings = sdk::JsonWriter()
                           .object()
                           .key("waba_id")
                           .text(businessId)
                           .key("catalogue_id")
                           .text(catalogue)
                           .end()
                           .take();
    account.facts = factsOf(number);
    return account;
}

}  // namespace souk::whatsapp
