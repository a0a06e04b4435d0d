#include "orders/conversation_reader.hpp"

#include "store/sql.hpp"

namespace souk::orders {

namespace {

constexpr std::string_view kList = R"(
SELECT * FROM conversation
WHERE store_id = $1 AND (updated_at, id) > ($2, $3)
  AND ($4::uuid IS NULL OR integration_id = $4)
  AND ($5::boolean IS NULL OR (unread > 0) = $5)
  AND ($6::text IS NULL OR name ILIKE $6 OR username ILIKE $6 OR phone ILIKE $6)
ORDER BY updated_at, id LIMIT $7)";

constexpr std::string_view kFind = "SELECT * FROM conversation WHERE store_id = $1 AND id = $2";

constexpr std::string_view kMessages = R"(
SELECT * FROM message
WHERE store_id = $1 AND conversation_id = $2
  AND ($3::timestamptz IS NULL OR (sent_at, id) < ($3, $4))
ORDER BY sent_at DESC, id DESC LIMIT $5)";

constexpr std::string_view kFindMessage = "SELECT * FROM message WHERE store_id = $1 AND id = $2";

ConversationRow conversationFrom(const store::Row& row) {
    ConversationRow found;
    found.id = row.uuid("id");
    found.integrationId = row.uuid("integration_id");
    found.externalId = row.text("external_id");
    found.name = row.maybeText("name");
    found.username = row.maybeText("username");
    found.phone = row.maybeText("phone");
    found.unread = row.integer("unread");
    found.lastIncomingAt = row.maybeTime("last_incoming_at");
    found.lastMessageAt = row.maybeTime("last_message_at");
    found.createdAt = row.time("created_at");
    found.updatedAt = row.time("updated_at");
    return found;
}

MessageRow messageFrom(const store::Row& row) {
    MessageRow found;
    found.id = row.uuid("id");
    found.externalId = row.maybeText("external_id");
    found.direction = row.text("direction");
    found.kind = row.text("kind");
    found.text = row.text("text");
    found.replyTo = row.maybeText("reply_to");
    found.content = row.text("content");
    found.status = row.text("status");
    found.statusAt = row.time("status_at");
    found.errorCode = row.maybeText("error_code");
    found.errorDetail = row.maybeText("error_detail");
    found.sentAt = row.time("sent_at");
    return found;
}

}  // namespace

std::vector<ConversationRow> listConversations(store::Transaction& tx,
                                               const core::Uuid& storeId,
                                               const ConversationFilter& filter,
                                               const std::optional<store::KeysetPosition>& after,
                                               std::int32_t limit) {
    const auto from = after.value_or(store::KeysetPosition{});
    std::optional<std::string> pattern;
    if (filter.text) pattern = store::likeAnywhere(*filter.text);
    std::vector<ConversationRow> found;
    for (const store::Row row : tx.query(kList,
                                         storeId,
                                         from.updatedAt,
                                         from.id,
                                         filter.integrationId,
                                         filter.unread,
                                         pattern,
                                         limit))
        found.push_back(conversationFrom(row));
    return found;
}

std::optional<ConversationRow> findConversation(store::Transaction& tx,
                                                const core::Uuid& storeId,
                                                const core::Uuid& id) {
    const auto rows = tx.query(kFind, storeId, id);
    return rows.empty() ? std::nullopt : std::optional(conversationFrom(rows[0]));
}

std::vector<MessageRow> listMessages(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const core::Uuid& conversationId,
                                     const std::optional<store::KeysetPosition>& before,
                                     std::int32_t limit) {
    std::optional<sdk::Timestamp> at;
    if (before) at = before->updatedAt;
    std::vector<MessageRow> found;
    for (const store::Row row : tx.query(
             kMessages, storeId, conversationId, at, before ? before->id : core::Uuid(), limit))
        found.push_back(messageFrom(row));
    return found;
}

std::optional<MessageRow> findMessage(store::Transaction& tx,
                                      const core::Uuid& storeId,
                                      const core::Uuid& id) {
    const auto rows = tx.query(kFindMessage, storeId, id);
    return rows.empty() ? std::nullopt : std::optional(messageFrom(rows[0]));
}

}  // namespace souk::orders
