#include "account_news.hpp"

#include "wire.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace souk::whatsapp {

using sdk::AccountChange;
using sdk::Json;
using sdk::JsonWriter;

namespace {

using Records = std::vector<sdk::Record>;
using At = std::optional<sdk::Timestamp>;

Records one(AccountChange change) {
    Records records;
    records.emplace_back(std::move(change));
    return records;
}

Records facts(std::string json, const At& at) {
    AccountChange change;
    change.what = AccountChange::What::FactsChanged;
    change.at = at;
    change.facts = std::move(json);
    return one(std::move(change));
}

Records moved(AccountChange::What what, std::string reason, const At& at) {
    AccountChange change;
    change.what = what;
    change.at = at;
    change.reason = std::move(reason);
    return one(std::move(change));
}

Records noted(std::string_view field, std::string detail) {
    Records records;
    records.emplace_back(sdk::Notice{std::string(field), {}, std::move(detail)});
    return records;
}

Records accountUpdate(const Json& value, const At& at) {
    using What = AccountChange::What;
    static constexpr std::array<std::string_view, 4> kGone{
        "ACCOUNT_DELETED", "PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "ACCOUNT_OFFBOARDED"};
    const auto event = value.textOr("event", "");
    if (std::ranges::find(kGone, event) != kGone.end()) return moved(What::Uninstalled, event, at);
    const auto ban = value.at("ban_info").textOr("waba_ban_state", "");
    if (ban == "DISABLE") return moved(What::Restricted, "the account is disabled", at);
    if (ban == "REINSTATE" || event == "ACCOUNT_RECONNECTED") return moved(What::Restored, "", at);
    const auto violation = value.at("violation_info").textOr("violation_type", "");
    JsonWriter out;
    out.object();
    if (!violation.empty()) out.key("violation").text(violation);
    if (!ban.empty()) out.key("ban_state").text(ban);
    out.key("last_account_event").text(event).end();
    return facts(out.take(), at);
}

Records templateStatus(const Json& value, const At& at) {
    JsonWriter out;
    const auto name = value.textOr("message_template_name", "") + "/" +
                      value.textOr("message_template_language", "");
    out.object().key("templates").object().key(name).object();
    out.key("status").text(value.textOr("event", ""));
    out.key("category").text(value.textOr("message_template_category", ""));
    const auto reason = value.textOr("reason", "NONE");
    if (reason != "NONE") out.key("reason").text(reason);
    return facts(out.end().end().end().take(), at);
}

Records copied(const Json& value,
               std::initializer_list<std::pair<std::string_view, std::string_view>> names,
               const At& at) {
    JsonWriter out;
    out.object();
    std::string_view last;  // two of their names may mean the same
    for (const auto& [theirs, ours] : names) {
        if (!value.has(theirs) || ours == last) continue;
        out.key(ours).text(value.textOr(theirs, ""));
        last = ours;
    }
    return facts(out.end().take(), at);
}

std::string digitsOf(std::string_view number) {
    std::string digits;
    std::ranges::copy_if(
        number, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

/// News comes under the business account, to every number of it; some name the one they concern.
bool isOfAnother(const Json& value, const sdk::Account& account) {
    const auto named = value.textOr("display_phone_number", value.textOr("phone_number", ""));
    const auto facts = Json::parse(account.facts);
    const auto ours = facts ? digitsOf(facts->textOr("display_phone_number", "")) : std::string();
    return !named.empty() && !ours.empty() && digitsOf(named) != ours;
}

/// {"errors": [...]} without a message: the app or the number is in trouble.
Records troubles(const Json& value) {
    std::string detail;
    for (const auto& error : listIn(value, "errors"))
        detail += (detail.empty() ? "" : "; ") + error.textOr("code", "") + " " +
                  error.textOr("title", error.textOr("message", ""));
    return noted("errors", detail);
}

}  // namespace

sdk::Result<Records> newsFrom(std::string_view field,
                              const Json& value,
                              const sdk::Account& account,
                              const At& at) {
    if (isOfAnother(value, account)) return noted(field, "about another number of the account");
    if (field == "account_update" || field == "account_offboarded" ||
        field == "account_reconnected")
        return accountUpdate(value, at);
    if (field == "message_template_status_update") return templateStatus(value, at);
    if (field == "phone_number_quality_update")
        return copied(value,
                      {{"event", "quality_event"},
                       {"current_limit", "messaging_limit"},
                       {"max_daily_conversations_per_business", "messaging_limit"}},
                      at);
    if (field == "business_capability_update")
        return copied(value,
                      {{"max_daily_conversations_per_business", "messaging_limit"},
                       {"max_phone_numbers_per_business", "max_phone_numbers"}},
                      at);
    if (field == "account_review_update")
        return copied(value, {{"decision", "review_decision"}}, at);
    if (field == "phone_number_name_update")
        return copied(
            value, {{"requested_verified_name", "verified_name"}, {"decision", "name_status"}}, at);
    if (value.has("errors")) return troubles(value);
    return noted(field, value.textOr("event", "a field this plugin does not translate"));
}

}  // namespace souk::whatsapp
