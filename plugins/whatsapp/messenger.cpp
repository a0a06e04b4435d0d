#include "messenger.hpp"

#include "meta/graph.hpp"
#include "outgoing.hpp"
#include "settings.hpp"
#include "wire.hpp"

#include <algorithm>

namespace souk::whatsapp {

namespace {

constexpr std::string_view kPairLimit = "131056:";
constexpr std::chrono::seconds kPairPause{6};

bool isNumber(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A number where there is one, else the business-scoped id.
void writeRecipient(sdk::JsonWriter& out, const sdk::Person& to) {
    out.key("recipient_type").text("individual");
    if (!to.phone.empty())
        out.key("to").text(to.phone);
    else if (isNumber(to.externalId))
        out.key("to").text("+" + to.externalId);
    else
        out.key("recipient").text(to.externalId);
}

std::string pathOf(const sdk::Context& context) {
    return "/" + settingsOf(context.account).numberId + "/messages";
}

}  // namespace

sdk::Result<sdk::Done> WhatsAppMessenger::check(const sdk::OutgoingMessage& message) const {
    sdk::JsonWriter unsent;
    unsent.object();
    return writeKind(unsent, message, "(whichever is connected)");
}

sdk::Result<sdk::Sent> WhatsAppMessenger::send(sdk::Context& context,
                                               const sdk::OutgoingMessage& message) const {
    sdk::JsonWriter body;
    body.object().key("messaging_product").text("whatsapp");
    writeRecipient(body, message.to);
    if (!message.replyTo.empty() && message.kind != "reaction")
        body.key("context").object().key("message_id").text(message.replyTo).end();
    if (!message.correlation.empty())
        body.key("biz_opaque_callback_data").text(message.correlation);
    SOUK_TRY(writeKind(body, message, settingsOf(context.account).catalogueId));
    auto reply = meta::call(context, meta::post(pathOf(context), body.end().take(), false));
    if (!reply) {
        auto error = std::move(reply).error();
        if (error.message.starts_with(kPairLimit)) error.retryAfter = kPairPause;
        return error;
    }
    const auto messages = listIn(*reply, "messages");
    if (messages.empty() || !messages.front().has("id")) {
        sdk::Error odd{sdk::ErrorKind::BadPayload, "messages: the answer names no message"};
        odd.uncertain = true;
        return odd;
    }
    const auto& sent = messages.front();
    return sdk::Sent{sent.textOr("id", ""),
                     sent.textOr("message_status", "accepted") != "accepted"};
}

sdk::Result<sdk::Done> WhatsAppMessenger::markRead(sdk::Context& context,
                                                   std::string_view messageExternalId) const {
    const auto body = sdk::JsonWriter()
                          .object()
                          .key("messaging_product")
                          .text("whatsapp")
                          .key("status")
                          .text("read")
                          .key("message_id")
                          .text(messageExternalId)
                          .end()
                          .take();
    SOUK_TRY(meta::call(context, meta::post(pathOf(context), body, true)));
    return sdk::Done{};
}

}  // namespace souk::whatsapp
