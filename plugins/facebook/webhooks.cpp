#include "webhooks.hpp"

#include "meta/deliveries.hpp"
#include "meta/reading.hpp"
#include "page_messages.hpp"
#include "settings.hpp"
#include "signed_request.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>

namespace souk::facebook {

using meta::idIn;
using meta::listIn;
using sdk::Error;
using sdk::ErrorKind;
using sdk::EventSlice;
using sdk::Json;

namespace {

using Records = std::vector<sdk::Record>;

constexpr std::size_t kKeyLength = 32;
constexpr std::size_t kLongestUser = 100;
constexpr std::string_view kDeletion = "data_deletion";
constexpr std::string_view kDeauthorized = "deauthorize";

std::string digestOf(std::string_view bytes) {
    return sdk::hex(sdk::sha256(bytes)).substr(0, kKeyLength);
}

/// What the updates of an entry share.
struct Shared {
    std::string object;
    std::string id;  ///< of the page or catalogue
    std::string time;
};

EventSlice messagingFrom(const Shared& shared, const Json& event) {
    EventSlice slice;
    slice.account = shared.id;
    slice.topic = "messaging";
    slice.slice = event.raw();
    const auto mid = event.at("message").textOr("mid", "");
    slice.key = mid.empty() ? "messaging:" + digestOf(event.raw()) : "m:" + mid;
    for (const auto* side : {"sender", "recipient"}) {
        const auto id = event.at(side).textOr("id", "");
        const bool known = std::ranges::find(slice.people, id) != slice.people.end();
        if (!id.empty() && id != slice.account && !known) slice.people.push_back(id);
    }
    return slice;
}

/// Changes carry no id: what they say and when it was sent is their key.
sdk::Result<EventSlice> changeFrom(const Shared& shared, const Json& change) {
    EventSlice slice;
    const auto value = change.at("value");
    slice.account = SOUK_TRY(idIn(value, "catalog_id"));
    if (slice.account.empty()) slice.account = shared.id;
    slice.topic = shared.object + "/" + SOUK_TRY(idIn(change, "field"));
    slice.slice = change.raw();
    const auto handle = value.textOr("handle", "");
    slice.key =
        slice.topic + ":" + (handle.empty() ? shared.time + ":" + digestOf(change.raw()) : handle);
    const auto from = value.at("from").textOr("id", "");
    if (!from.empty()) slice.people.push_back(from);
    return slice;
}

sdk::Result<sdk::Done> splitEntry(const Json& entry,
                                  Shared shared,
                                  std::vector<EventSlice>& slices) {
    shared.id = SOUK_TRY(idIn(entry, "id"));
    shared.time = SOUK_TRY(idIn(entry, "time"));
    for (const auto& event : listIn(entry, "messaging"))
        slices.push_back(messagingFrom(shared, event));
    for (const auto& change : listIn(entry, "changes"))
        slices.push_back(SOUK_TRY(changeFrom(shared, change)));
    if (slices.size() > meta::kMostUpdates)
        return Error{ErrorKind::BadPayload, "entry: more updates than Meta ever sends"};
    return sdk::Done{};
}

/// Meta calls two addresses with the same form; ours differ by `?event=deauthorize`.
sdk::Result<std::vector<EventSlice>> splitSigned(const sdk::WebhookRequest& request) {
    auto told = SOUK_TRY(signedRequestIn(request.body));
    if (told.userId.empty() || told.userId.size() > kLongestUser)
        return Error{ErrorKind::BadPayload, "signed_request: user_id is no id"};
    const bool gone = meta::parameterIn(request.query, "event") == kDeauthorized;
    EventSlice slice;
    slice.account = told.userId;
    slice.topic = gone ? kDeauthorized : kDeletion;
    slice.key = told.code;
    slice.slice = std::move(told.payload);
    slice.triggeredAt = told.issuedAt;
    slice.people.push_back(std::move(told.userId));
    return std::vector<EventSlice>{std::move(slice)};
}

sdk::Result<Records> personsWish(const sdk::StoredEvent& event) {
    const auto payload = SOUK_TRY(Json::parse(event.body));
    Records records;
    if (event.topic == kDeauthorized) {
        sdk::AccountChange change;
        change.what = sdk::AccountChange::What::Uninstalled;
        change.at = event.triggeredAt;
        records.emplace_back(std::move(change));
    } else {
        sdk::PrivacyRequest request;
        request.what = sdk::PrivacyRequest::What::EraseCustomer;
        request.customerExternalId = SOUK_TRY(payload.text("user_id"));
        request.requestId = codeOf(event.body);
        records.emplace_back(std::move(request));
    }
    return records;
}

}  // namespace

sdk::Result<std::string> Webhooks::challenge(const sdk::WebhookRequest& request,
                                             const sdk::Secrets& secrets) const {
    return meta::challenge(request, secrets);
}

sdk::Result<std::vector<EventSlice>> Webhooks::split(const sdk::WebhookRequest& request) const {
    if (isForm(request)) return splitSigned(request);
    const auto body = SOUK_TRY(Json::parse(request.body));
    Shared shared;
    shared.object = SOUK_TRY(idIn(body, "object"));
    if (shared.object.empty()) return Error{ErrorKind::BadPayload, "object: missing"};
    std::vector<EventSlice> slices;
    for (const auto& entry : SOUK_TRY(body.items("entry")))
        SOUK_TRY(splitEntry(entry, shared, slices));
    const bool nameless =
        std::ranges::any_of(slices, [](const EventSlice& one) { return one.account.empty(); });
    if (nameless) return Error{ErrorKind::BadPayload, "entry: one names no page or catalogue"};
    return slices;
}

sdk::Result<sdk::Done> Webhooks::verify(const sdk::WebhookRequest& request,
                                        const sdk::Secrets& secrets) const {
    if (isForm(request)) return verifySigned(SOUK_TRY(signedRequestIn(request.body)), secrets);
    return meta::verify(request, secrets, "client_secret");
}

/// https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
sdk::Result<std::string> Webhooks::answer(const sdk::WebhookRequest& request,
                                          const sdk::StatusPage& page) const {
    const bool deletion =
        isForm(request) && meta::parameterIn(request.query, "event") != kDeauthorized;
    if (!deletion) return std::string();
    sdk::JsonWriter json;
    json.object().key("url").text(page.url).key("confirmation_code").text(page.code);
    return json.end().take();
}

sdk::Result<Records> Webhooks::translate(const sdk::StoredEvent& event,
                                         const sdk::Account& account) const {
    if (event.topic == kDeletion || event.topic == kDeauthorized) return personsWish(event);
    const auto body = SOUK_TRY(Json::parse(event.body));
    if (event.topic == "messaging") return recordsFrom(body, settingsOf(account).pageId);
    const auto value = body.at("value");
    const auto handle = value.textOr("handle", "");
    Records records;
    if (event.topic == "catalog/items_batch" && !handle.empty())
        records.emplace_back(sdk::BatchSettled{handle});
    else
        records.emplace_back(
            sdk::Notice{event.topic, value.textOr("post_id", ""), value.textOr("status", "")});
    return records;
}

}  // namespace souk::facebook
