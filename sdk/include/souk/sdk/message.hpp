#pragma once

#include <souk/sdk/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::sdk {

/// Who a conversation is with. Platforms know one person under several ids (a phone number, a
/// business-scoped id) and do not always send all of them: the host joins them through `otherIds`.
struct Person {
    std::string externalId;             ///< the id to write to; never empty
    std::vector<std::string> otherIds;  ///< further ids of the same person on this account
    std::string name;                   ///< as the person calls themselves: untrusted
    std::string username;
    std::string phone;  ///< E.164 with '+', empty where the platform does not tell it
};

enum class Direction : std::uint8_t { Incoming, Outgoing };

/// One message of a conversation. Delivered more than once it is one message: `externalId` decides.
struct Message {
    std::string externalId;
    Person person;  ///< the other side, whoever wrote it
    Direction direction = Direction::Incoming;
    /// text, image, audio, video, document, sticker, location, contacts, reaction, button, list,
    /// order, system, unsupported; written only: buttons, product, products, template
    std::string kind;
    std::string text;     ///< what a person reads of it: body, caption, title of the choice
    std::string replyTo;  ///< external id of the message it answers, or reacts to; empty if none
    /// JSON object with unified keys by kind (see sdk/README, "Messages"); amounts are strings.
    std::string content = "{}";
    std::chrono::sys_time<std::chrono::microseconds> sentAt{};
    std::string extra = "{}";
};

/// How far a message of ours came. Stages only go forward; `failed` ends it.
struct MessageStatus {
    enum class Stage : std::uint8_t { Sent, Delivered, Read, Failed };
    std::string messageExternalId;
    std::string correlation;  ///< what OutgoingMessage::correlation was, where the platform says it
    Stage stage{};
    std::string code;    ///< the platform's error code, for Failed
    std::string detail;  ///< its words, for Failed
    std::chrono::sys_time<std::chrono::microseconds> at{};
};

/// "sent", "delivered", "read", "failed".
std::string_view name(MessageStatus::Stage stage) noexcept;

/// The platform knows a person under another id from now on.
struct PersonChange {
    std::string formerExternalId;
    Person person;
};

}  // namespace souk::sdk
