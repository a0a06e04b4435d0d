#include "webhooks.hpp"

#include "account_news.hpp"
#include "meta/deliveries.hpp"
#include "translate_message.hpp"
#include "wire.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>
#include <array>

namespace souk::whatsapp {

using sdk::Error;
using sdk::ErrorKind;
using sdk::EventSlice;
using sdk::Json;

namespace {

using Records = std::vector<sdk::Record>;

constexpr std::string_view kObject = "whatsapp_business_account";

void addPerson(EventSlice& slice, const std::string& id) {
    if (!id.empty() && std::ranges::find(slice.people, id) == slice.people.end())
        slice.people.push_back(id);
}

/// The lists of a change that hold events, and what the key of each begins with.
struct Family {
    std::string_view list;
    std::string_view prefix;
};
constexpr std::array<Family, 3> kFamilies{
    {{"messages", "m:"}, {"statuses", "s:"}, {"message_echoes", "e:"}}};

/// A change with one element of one list, and all else a translator needs beside it.
std::string sliceOf(const Json& change, std::string_view list, const Json& item) {
    const auto value = change.at("value");
    sdk::JsonWriter out;
    out.object().key("field").text(change.textOr("field", "")).key("value").object();
    for (const auto* key : {"metadata", "contacts"})
        if (value.has(key)) out.key(key).raw(value.at(key).raw());
    out.key(list).array().raw(item.raw()).end();
    return out.end().end().take();
}

/// The same message goes through several statuses, and through them for several people in a group.
std::string keyOf(const Family& family, const Json& item) {
    auto key = std::string(family.prefix) + item.textOr("id", "");
    if (family.list == "statuses")
        key += ":" + item.textOr("status", "") + ":" + item.textOr("recipient_participant_id", "");
    return key;
}

EventSlice sliceFrom(const Json& change, const Family& family, const Json& item) {
    EventSlice slice;
    slice.account = change.at("value").at("metadata").textOr("phone_number_id", "");
    slice.topic = family.list;
    slice.key = keyOf(family, item);
    slice.slice = sliceOf(change, family.list, item);
    for (const auto* key : {"from", "from_user_id", "to", "recipient_id", "recipient_user_id"})
        addPerson(slice, item.textOr(key, ""));
    if (const auto at = timeIn(item, "timestamp")) slice.triggeredAt = *at;
    return slice;
}

/// A change of the business account: no ids of its own, so its bytes and its time are its key.
EventSlice newsFrom(const Json& entry, const Json& change) {
    EventSlice slice;
    slice.topic = change.textOr("field", "");
    // PARTNER_ADDED and its kin come under the business; the account stands inside.
    slice.account =
        change.at("value").at("waba_info").textOr("waba_id", entry.textOr("id", ""));
    slice.slice = change.raw();
    slice.key = slice.topic + ":" + entry.textOr("time", "") + ":" +
                sdk::hex(sdk::sha256(change.raw())).substr(0, 32);
    if (const auto at = timeIn(entry, "time")) slice.triggeredAt = *at;
    return slice;
}

sdk::Result<sdk::Done> splitChange(const Json& entry,
                                   const Json& change,
                                   std::vector<EventSlice>& slices) {
    const auto value = change.at("value");
    const auto before = slices.size();
    for (const auto& family : kFamilies)
        for (const auto& item : listIn(value, family.list)) {
            if (!item.has("id"))
                return Error{ErrorKind::BadPayload, item.path() + ".id: missing"};
            slices.push_back(sliceFrom(change, family, item));
        }
    if (slices.size() == before) {
        slices.push_back(newsFrom(entry, change));
        const auto number = value.at("metadata").textOr("phone_number_id", "");
        if (!number.empty()) slices.back().account = number;
    }
    if (slices.back().account.empty())
        return Error{ErrorKind::BadPayload, change.path() + ": names no account"};
    return sdk::Done{};
}

}  // namespace

sdk::Result<std::string> Webhooks::challenge(const sdk::WebhookRequest& request,
                                             const sdk::Secrets& secrets) const {
    return meta::challenge(request, secrets);
}

sdk::Result<std::vector<EventSlice>> Webhooks::split(const sdk::WebhookRequest& request) const {
    const auto body = SOUK_TRY(Json::parse(request.body));
    if (body.textOr("object", "") != kObject)
        return Error{ErrorKind::BadPayload, "object: expected whatsapp_business_account"};
    std::vector<EventSlice> slices;
    for (const auto& entry : SOUK_TRY(body.items("entry")))
        for (const auto& change : SOUK_TRY(entry.items("changes")))
            SOUK_TRY(splitChange(entry, change, slices));
    return slices;
}

/// The account's own app secret where it has one, else the hub's app's.
sdk::Result<sdk::Done> Webhooks::verify(const sdk::WebhookRequest& request,
                                        const sdk::Secrets& secrets) const {
    if (secrets.all("app_secret").empty()) return meta::verify(request, secrets, "client_secret");
    return meta::verify(request, secrets, "app_secret");
}

sdk::Result<Records> Webhooks::translate(const sdk::StoredEvent& event,
                                         const sdk::Account&) const {
    const auto change = SOUK_TRY(Json::parse(event.body));
    const auto value = SOUK_TRY(change.object("value"));
    Records records;
    const auto add = [&](sdk::Result<sdk::Record> record) -> sdk::Result<sdk::Done> {
        records.push_back(SOUK_TRY(std::move(record)));
        return sdk::Done{};
    };
    for (const auto& message : listIn(value, "messages")) {
        auto found = SOUK_TRY(recordsFrom(message, value));
        std::ranges::move(found, std::back_inserter(records));
    }
    for (const auto& status : listIn(value, "statuses")) SOUK_TRY(add(statusFrom(status)));
    for (const auto& echo : listIn(value, "message_echoes")) SOUK_TRY(add(echoFrom(echo, value)));
    if (!records.empty()) return records;
    return whatsapp::newsFrom(event.topic, value, event.triggeredAt);
}

}  // namespace souk::whatsapp
