#include "page_messages.hpp"

#include "meta/reading.hpp"

namespace souk::facebook {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

/// Unix milliseconds.
sdk::Result<sdk::Timestamp> timeIn(const Json& event) {
    const auto millis = SOUK_TRY(event.integer("timestamp"));
    constexpr std::int64_t kLatest = 253402300799999;  // the year 9999
    if (millis <= 0 || millis > kLatest)
        return Error{ErrorKind::BadPayload, event.path() + ".timestamp: not Unix milliseconds"};
    return sdk::Timestamp(std::chrono::milliseconds(millis));
}

/// {"type": "image", "payload": {"url": …}}: the first names the kind, all stay in `content`.
void describeAttachments(const Json& message, sdk::Message& record) {
    const auto attachments = message.items("attachments");
    if (!attachments || attachments->empty()) return;
    const auto type = attachments->front().textOr("type", "");
    record.kind = type == "image" || type == "audio" || type == "video" ? type
                  : type == "file"                                      ? "document"
                  : type == "location"                                  ? "location"
                                                                        : "unsupported";
    sdk::JsonWriter content;
    content.object().key("attachments").raw(message.at("attachments").raw());
    record.content = content.end().take();
}

}  // namespace

sdk::Result<std::vector<sdk::Record>> recordsFrom(const Json& event, const std::string& pageId) {
    std::vector<sdk::Record> records;
    const auto sender = event.at("sender").textOr("id", "");
    const auto recipient = event.at("recipient").textOr("id", "");
    if (!event.has("message")) {
        records.emplace_back(sdk::Notice{"messaging", {}, "an event this plugin does not need"});
        return records;
    }
    const auto message = SOUK_TRY(event.object("message"));
    const bool echo = message.booleanOr("is_echo", false) || sender == pageId;
    sdk::Message record;
    record.externalId = SOUK_TRY(meta::nameIn(message, "mid"));
    record.direction = echo ? sdk::Direction::Outgoing : sdk::Direction::Incoming;
    record.person.externalId = echo ? recipient : sender;
    if (record.person.externalId.empty())
        return Error{ErrorKind::BadPayload, event.path() + ": names no person"};
    record.kind = "text";
    record.text = message.textOr("text", "");
    record.replyTo = message.at("reply_to").textOr("mid", "");
    record.sentAt = SOUK_TRY(timeIn(event));
    describeAttachments(message, record);
    record.extra = event.raw();
    records.emplace_back(std::move(record));
    return records;
}

}  // namespace souk::facebook
