#pragma once

#include "store/database.hpp"
#include "store/keyset.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace souk::orders {

struct ConversationFilter {
    std::optional<core::Uuid> integrationId;
    std::optional<bool> unread;
    std::optional<std::string> text;  ///< part of a name, username or phone, any case
};

/// Names and texts are what people call themselves and write: untrusted.
struct ConversationRow {
    core::Uuid id;
    core::Uuid integrationId;
    std::string externalId;
    std::optional<std::string> name;
    std::optional<std::string> username;
    std::optional<std::string> phone;
    std::int64_t unread = 0;
    std::optional<sdk::Timestamp> lastIncomingAt;
    std::optional<sdk::Timestamp> lastMessageAt;
    sdk::Timestamp createdAt{};
    sdk::Timestamp updatedAt{};
};

struct MessageRow {
    core::Uuid id;
    std::optional<std::string> externalId;
    std::string direction;  ///< incoming, outgoing
    std::string kind;
    std::string text;
    std::optional<std::string> replyTo;
    std::string content;  ///< JSON object, unified keys by kind
    std::string status;   ///< received, queued, sending, sent, delivered, read, failed, unknown
    sdk::Timestamp statusAt{};
    std::optional<std::string> errorCode;
    std::optional<std::string> errorDetail;
    sdk::Timestamp sentAt{};
};

/// After `after` by (updated_at, id), at most `limit`.
std::vector<ConversationRow> listConversations(store::Transaction& tx,
                                               const core::Uuid& storeId,
                                               const ConversationFilter& filter,
                                               const std::optional<store::KeysetPosition>& after,
                                               std::int32_t limit);
std::optional<ConversationRow> findConversation(store::Transaction& tx,
                                                const core::Uuid& storeId,
                                                const core::Uuid& id);

/// Newest first, those before `before` by (sent_at, id), at most `limit`.
std::vector<MessageRow> listMessages(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const core::Uuid& conversationId,
                                     const std::optional<store::KeysetPosition>& before,
                                     std::int32_t limit);
std::optional<MessageRow> findMessage(store::Transaction& tx,
                                      const core::Uuid& storeId,
                                      const core::Uuid& id);

}  // namespace souk::orders
