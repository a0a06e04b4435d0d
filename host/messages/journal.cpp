#include "messages/journal.hpp"

#include "store/changes.hpp"
#include "store/guard.hpp"

namespace souk::messages {

namespace {

constexpr std::string_view kAddressee = R"(
SELECT integration_id, external_id, name, username, phone, last_incoming_at
FROM conversation WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kAdd = R"(
INSERT INTO message (store_id, id, integration_id, conversation_id, direction, kind, text, reply_to,
                     content, status, status_at, sent_at, request_key)
VALUES ($1, $2, $3, $4, 'outgoing', $5, $6, $7, $8, 'queued', $9, $9, nullif($10, '')))";

constexpr std::string_view kForget = R"(
UPDATE message SET request_key = NULL
WHERE store_id = $1 AND request_key = $2 AND sent_at <= $3)";
constexpr std::string_view kAskedFor = R"(
SELECT id FROM message WHERE store_id = $1 AND request_key = $2)";

constexpr std::string_view kHeard = R"(
UPDATE conversation SET last_message_at = greatest(last_message_at, $3), updated_at = now(),
    version = version + 1
WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kTake = R"(
SELECT m.id, m.conversation_id, m.status, m.kind, m.text, m.reply_to, m.content,
       c.external_id, c.phone
FROM message m JOIN conversation c ON c.store_id = m.store_id AND c.id = m.conversation_id
WHERE m.store_id = $1 AND m.id = $2 AND m.direction = 'outgoing' FOR UPDATE OF m)";

constexpr std::string_view kEarlier = R"(
SELECT EXISTS (
    SELECT FROM message own JOIN message e ON e.store_id = $1 AND e.conversation_id = $3
    WHERE own.store_id = $1 AND own.id = $2 AND e.direction = 'outgoing'
      AND e.status IN ('queued', 'sending') AND e.sent_at > $4
      AND (e.sent_at, e.id) < (own.sent_at, own.id)) AS waits)";

// send_after is the theoretical arrival time of the next message; it may run ahead of now by the
// burst, and no further.
constexpr std::string_view kReserve = R"(
UPDATE conversation SET send_after = greatest(coalesce(send_after, $3), $3) + $4 * interval '1 ms'
WHERE store_id = $1 AND id = $2
  AND (send_after IS NULL OR send_after <= $3 + ($5 - 1) * $4 * interval '1 ms')
RETURNING id)";
constexpr std::string_view kFree = R"(
SELECT send_after - ($4 - 1) * $3 * interval '1 ms' AS at
FROM conversation WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kSettle = R"(
UPDATE message SET status = $3, external_id = coalesce(external_id, nullif($4, '')),
    error_code = nullif($5, ''), error_detail = nullif($6, ''), status_at = $7, updated_at = now()
WHERE store_id = $1 AND id = $2 AND status IN ('queued', 'sending', 'unknown')
RETURNING integration_id)";

}  // namespace

std::optional<Addressee> addresseeOf(store::Transaction& store,
                                     const core::Uuid& storeId,
                                     const core::Uuid& conversationId) {
    const auto rows = store.query(kAddressee, storeId, conversationId);
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    Addressee found;
    found.integrationId = row.uuid("integration_id");
    found.person.externalId = row.text("external_id");
    found.person.name = row.textOr("name", "");
    found.person.username = row.textOr("username", "");
    found.person.phone = row.textOr("phone", "");
    found.lastIncomingAt = row.maybeTime("last_incoming_at");
    return found;
}

std::optional<core::Uuid> askedFor(store::Transaction& store,
                                   const core::Uuid& storeId,
                                   const std::string& requestKey,
                                   sdk::Timestamp since) {
    if (requestKey.empty()) return std::nullopt;
    store.query(kForget, storeId, requestKey, since);
    const auto rows = store.query(kAskedFor, storeId, requestKey);
    return rows.empty() ? std::nullopt : std::optional(rows[0].uuid("id"));
}

core::Uuid add(store::Transaction& store,
               const core::Uuid& storeId,
               const core::Uuid& integrationId,
               const core::Uuid& conversationId,
               const sdk::OutgoingMessage& message,
               const std::string& requestKey,
               sdk::Timestamp now) {
    const auto id = core::newId();
    store.query(kAdd,
                storeId,
                id,
                integrationId,
                conversationId,
                message.kind,
                message.text,
                store::textOrNull(message.replyTo),
                store::JsonText{message.content},
                now,
                requestKey);
    store.query(kHeard, storeId, conversationId, now);
    store::Changes::add(store, storeId, integrationId, "message.created", "message", id);
    return id;
}

std::optional<Entry> take(store::Transaction& store,
                          const core::Uuid& storeId,
                          const core::Uuid& messageId) {
    const auto rows = store.query(kTake, storeId, messageId);
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    Entry entry;
    entry.id = row.uuid("id");
    entry.conversationId = row.uuid("conversation_id");
    entry.status = row.text("status");
    entry.message.correlation = entry.id.text();
    entry.message.to.externalId = row.text("external_id");
    entry.message.to.phone = row.textOr("phone", "");
    entry.message.kind = row.text("kind");
    entry.message.text = row.text("text");
    entry.message.replyTo = row.textOr("reply_to", "");
    entry.message.content = row.text("content");
    return entry;
}

bool waitsForEarlier(store::Transaction& store,
                     const core::Uuid& storeId,
                     const Entry& entry,
                     sdk::Timestamp since) {
    return store.query(kEarlier, storeId, entry.id, entry.conversationId, since)[0].boolean(
        "waits");
}

std::optional<sdk::Timestamp> reserve(store::Transaction& store,
                                      const core::Uuid& storeId,
                                      const core::Uuid& conversationId,
                                      std::int64_t burst,
                                      std::chrono::milliseconds interval,
                                      sdk::Timestamp now) {
    const auto step = static_cast<double>(interval.count());
    const auto most = static_cast<double>(burst);
    if (!store.query(kReserve, storeId, conversationId, now, step, most).empty())
        return std::nullopt;
    const auto rows = store.query(kFree, storeId, conversationId, step, most);
    return rows.empty() ? std::nullopt : std::optional(rows[0].time("at"));
}

bool settle(store::Transaction& store,
            const core::Uuid& storeId,
            const core::Uuid& messageId,
            std::string_view status,
            std::string_view externalId,
            std::string_view errorCode,
            std::string_view errorDetail,
            sdk::Timestamp now) {
    const auto rows =
        store.query(kSettle, storeId, messageId, status, externalId, errorCode, errorDetail, now);
    if (rows.empty()) return false;
    store::Changes::add(
        store, storeId, rows[0].uuid("integration_id"), "message.updated", "message", messageId);
    return true;
}

}  // namespace souk::messages
