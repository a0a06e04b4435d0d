#include "webhooks.hpp"

#include "meta/deliveries.hpp"
#include "page_messages.hpp"
#include "settings.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>

namespace souk::facebook {

using sdk::Error;
using sdk::ErrorKind;
using sdk::EventSlice;
using sdk::Json;

namespace {

using Records = std::vector<sdk::Record>;

constexpr std::size_t kKeyLength = 32;

std::vector<Json> listIn(const Json& item, std::string_view key) {
    auto items = item.items(key);
    return items ? *std::move(items) : std::vector<Json>();
}

std::string digestOf(std::string_view bytes) {
    return sdk::hex(sdk::sha256(bytes)).substr(0, kKeyLength);
}

EventSlice messagingFrom(const Json& entry, const Json& event) {
    EventSlice slice;
    slice.account = entry.textOr("id", "");
    slice.topic = "messaging";
    slice.slice = event.raw();
    const auto mid = event.at("message").textOr("mid", "");
    slice.key = mid.empty() ? "messaging:" + digestOf(event.raw()) : "m:" + mid;
    for (const auto* side : {"sender", "recipient"}) {
        const auto id = event.at(side).textOr("id", "");
        if (!id.empty() && id != slice.account) slice.people.push_back(id);
    }
    return slice;
}

/// Changes carry no id: what they say and when it was sent is their key.
EventSlice changeFrom(const Json& entry, const Json& change, const std::string& object) {
    EventSlice slice;
    slice.account = change.at("value").textOr("catalog_id", entry.textOr("id", ""));
    slice.topic = object + "/" + change.textOr("field", "");
    slice.slice = change.raw();
    const auto handle = change.at("value").textOr("handle", "");
    slice.key = handle.empty() ? slice.topic + ":" + entry.textOr("time", "") + ":" +
                                     digestOf(change.raw())
                               : slice.topic + ":" + handle;
    const auto from = change.at("value").at("from").textOr("id", "");
    if (!from.empty()) slice.people.push_back(from);
    return slice;
}

}  // namespace

sdk::Result<std::string> Webhooks::challenge(const sdk::WebhookRequest& request,
                                             const sdk::Secrets& secrets) const {
    return meta::challenge(request, secrets);
}

sdk::Result<std::vector<EventSlice>> Webhooks::split(const sdk::WebhookRequest& request) const {
    const auto body = SOUK_TRY(Json::parse(request.body));
    const auto object = SOUK_TRY(body.text("object"));
    std::vector<EventSlice> slices;
    for (const auto& entry : SOUK_TRY(body.items("entry"))) {
        for (const auto& event : listIn(entry, "messaging"))
            slices.push_back(messagingFrom(entry, event));
        for (const auto& change : listIn(entry, "changes"))
            slices.push_back(changeFrom(entry, change, object));
    }
    const bool nameless =
        std::ranges::any_of(slices, [](const EventSlice& one) { return one.account.empty(); });
    if (nameless) return Error{ErrorKind::BadPayload, "entry: one names no page or catalogue"};
    return slices;
}

sdk::Result<sdk::Done> Webhooks::verify(const sdk::WebhookRequest& request,
                                        const sdk::Secrets& secrets) const {
    return meta::verify(request, secrets, "client_secret");
}

sdk::Result<Records> Webhooks::translate(const sdk::StoredEvent& event,
                                         const sdk::Account& account) const {
    const auto body = SOUK_TRY(Json::parse(event.body));
    if (event.topic == "messaging") return recordsFrom(body, settingsOf(account).pageId);
    const auto value = body.at("value");
    Records records;
    if (event.topic == "catalog/items_batch" && value.has("handle"))
        records.emplace_back(sdk::BatchSettled{value.textOr("handle", "")});
    else
        records.emplace_back(
            sdk::Notice{event.topic, value.textOr("post_id", ""), value.textOr("status", "")});
    return records;
}

}  // namespace souk::facebook
