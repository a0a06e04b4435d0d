#include "webhooks.hpp"

#include "account_news.hpp"
#include "meta/deliveries.hpp"
#include "translate_message.hpp"
#include "wire.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace souk::whatsapp {

using meta::idIn;
using sdk::Error;
using sdk::ErrorKind;
using sdk::EventSlice;
using sdk::Json;

namespace {

using Records = std::vector<sdk::Record>;

constexpr std::string_view kObject = "whatsapp_business_account";

/// A contact goes into the slice of each of their messages: its size is bounded, too.
constexpr std::size_t kLongestContact = 4096;

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

/// What the elements of a change's lists share.
struct Shared {
    std::string field;
    std::string number;                                 ///< id of the number of ours it is about
    std::string display;                                ///< the number itself
    std::map<std::string, Json, std::less<>> contacts;  ///< by number and by scoped id
    std::optional<Json> only;                           ///< the contact where there is one

    /// Of whom an element speaks; none where `contacts` does not say.
    std::optional<Json> contactOf(const Json& item) const {
        for (const auto* key :
             {"from_user_id", "from", "to_user_id", "to", "recipient_user_id", "recipient_id"}) {
            const auto found = contacts.find(item.textOr(key, ""));
            if (found != contacts.end()) return found->second;
        }
        return only;
    }
};

sdk::Result<Shared> sharedIn(const Json& change) {
    const auto value = change.at("value");
    const auto metadata = value.at("metadata");
    Shared shared;
    shared.field = SOUK_TRY(idIn(change, "field"));
    shared.number = SOUK_TRY(idIn(metadata, "phone_number_id"));
    shared.display = SOUK_TRY(idIn(metadata, "display_phone_number"));
    const auto contacts = listIn(value, "contacts");
    for (const auto& contact : contacts) {
        if (contact.raw().size() > kLongestContact)
            return Error{ErrorKind::BadPayload, contact.path() + ": longer than any contact"};
        for (const auto* key : {"wa_id", "user_id"})
            if (contact.has(key)) shared.contacts.emplace(contact.textOr(key, ""), contact);
    }
    if (contacts.size() == 1) shared.only = contacts.front();
    return shared;
}

/// A change with one element of one list, and all else a translator needs beside it.
std::string sliceOf(const Shared& shared, std::string_view list, const Json& item) {
    sdk::JsonWriter out;
    out.object().key("field").text(shared.field).key("value").object();
    out.key("metadata").object().key("display_phone_number").text(shared.display);
    out.key("phone_number_id").text(shared.number).end();
    if (const auto contact = shared.contactOf(item))
        out.key("contacts").array().raw(contact->raw()).end();
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

EventSlice sliceFrom(const Shared& shared, const Family& family, const Json& item) {
    EventSlice slice;
    slice.account = shared.number;
    slice.topic = family.list;
    slice.key = keyOf(family, item);
    slice.slice = sliceOf(shared, family.list, item);
    for (const auto* key :
         {"from", "from_user_id", "to", "to_user_id", "recipient_id", "recipient_user_id"})
        addPerson(slice, item.textOr(key, ""));
    if (const auto at = timeIn(item, "timestamp")) slice.triggeredAt = *at;
    return slice;
}

/// Who is spoken of outside of messages: preferences, contacts and history of a coexisting app.
std::vector<std::string> peopleIn(const Json& value) {
    std::set<std::string> people;
    for (const auto& preference : listIn(value, "user_preferences"))
        for (const auto* key : {"wa_id", "user_id"}) people.insert(preference.textOr(key, ""));
    for (const auto& state : listIn(value, "state_sync"))
        people.insert(state.at("contact").textOr("phone_number", ""));
    for (const auto& part : listIn(value, "history"))
        for (const auto& thread : listIn(part, "threads")) people.insert(thread.textOr("id", ""));
    people.erase("");
    return {people.begin(), people.end()};
}

/// A change of the business account: no ids of its own, so its bytes and its time are its key.
sdk::Result<EventSlice> newsFrom(const Json& entry, const Json& change, const Shared& shared) {
    EventSlice slice;
    const auto value = change.at("value");
    slice.topic = shared.field;
    slice.account = shared.number;
    // PARTNER_ADDED and its kin come under the business; the account stands inside.
    if (slice.account.empty()) slice.account = SOUK_TRY(idIn(value.at("waba_info"), "waba_id"));
    if (slice.account.empty()) slice.account = SOUK_TRY(idIn(entry, "id"));
    slice.slice = change.raw();
    slice.key = slice.topic + ":" + SOUK_TRY(idIn(entry, "time")) + ":" +
                sdk::hex(sdk::sha256(change.raw())).substr(0, 32);
    slice.people = peopleIn(value);
    if (const auto at = timeIn(entry, "time")) slice.triggeredAt = *at;
    return slice;
}

sdk::Result<sdk::Done> splitChange(const Json& entry,
                                   const Json& change,
                                   std::vector<EventSlice>& slices) {
    const auto shared = SOUK_TRY(sharedIn(change));
    const auto before = slices.size();
    for (const auto& family : kFamilies)
        for (const auto& item : listIn(change.at("value"), family.list)) {
            SOUK_TRY(nameIn(item, "id"));
            if (slices.size() >= meta::kMostUpdates)
                return Error{ErrorKind::BadPayload, "entry: more updates than Meta ever sends"};
            slices.push_back(sliceFrom(shared, family, item));
        }
    if (slices.size() == before) slices.push_back(SOUK_TRY(newsFrom(entry, change, shared)));
    if (slices.back().account.empty())
        return Error{ErrorKind::BadPayload, change.path() + ": names no account"};
    if (slices.back().topic.empty())
        return Error{ErrorKind::BadPayload, change.path() + ".field: missing"};
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
                                         const sdk::Account& account) const {
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
    return whatsapp::newsFrom(event.topic, value, account, event.triggeredAt);
}

}  // namespace souk::whatsapp
