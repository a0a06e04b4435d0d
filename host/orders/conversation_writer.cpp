#include "orders/conversation_writer.hpp"

#include "store/changes.hpp"

#include <algorithm>

namespace souk::orders {

namespace {

constexpr std::string_view kKnownConversations = R"(
SELECT DISTINCT c.id, c.created_at
FROM conversation_person p JOIN conversation c ON c.store_id = p.store_id AND c.id = p.conversation_id
WHERE p.store_id = $1 AND p.integration_id = $2 AND p.person_id = ANY ($3)
ORDER BY c.created_at, c.id)";

constexpr std::string_view kBegin = R"(
INSERT INTO conversation (store_id, id, integration_id, external_id) VALUES ($1, $2, $3, $4))";

constexpr std::string_view kKnownBy = R"(
INSERT INTO conversation_person (store_id, integration_id, person_id, conversation_id)
SELECT $1, $2, unnest($3::text[]), $4
ON CONFLICT (store_id, integration_id, person_id) DO UPDATE
SET conversation_id = excluded.conversation_id
WHERE conversation_person.conversation_id <> excluded.conversation_id)";

// What the platform left out this time is not forgotten, and a message that comes late tells only
// what was not known yet.
constexpr std::string_view kDescribe = R"(
UPDATE conversation c SET external_id = d.external_id, name = d.name, username = d.username,
    phone = d.phone, updated_at = now(), version = version + 1
FROM (SELECT CASE WHEN late THEN external_id ELSE $3 END AS external_id,
             CASE WHEN late THEN coalesce(name, $4) ELSE coalesce($4, name) END AS name,
             CASE WHEN late THEN coalesce(username, $5) ELSE coalesce($5, username) END AS username,
             CASE WHEN late THEN coalesce(phone, $6) ELSE coalesce($6, phone) END AS phone
      FROM (SELECT *, coalesce($7 < last_incoming_at, false) AS late
            FROM conversation WHERE store_id = $1 AND id = $2) k) d
WHERE c.store_id = $1 AND c.id = $2
  AND (c.external_id, c.name, c.username, c.phone)
      IS DISTINCT FROM (d.external_id, d.name, d.username, d.phone))";

constexpr std::string_view kMergeMessages = R"(
UPDATE message SET conversation_id = $2 WHERE store_id = $1 AND conversation_id = $3)";
constexpr std::string_view kMergePeople = R"(
UPDATE conversation_person SET conversation_id = $2 WHERE store_id = $1 AND conversation_id = $3)";
constexpr std::string_view kMergeInto = R"(
WITH gone AS (DELETE FROM conversation WHERE store_id = $1 AND id = $3 RETURNING *)
UPDATE conversation c SET
    last_incoming_at = greatest(c.last_incoming_at, gone.last_incoming_at),
    last_message_at = greatest(c.last_message_at, gone.last_message_at),
    unread = c.unread + gone.unread, send_after = greatest(c.send_after, gone.send_after),
    name = coalesce(c.name, gone.name), username = coalesce(c.username, gone.username),
    phone = coalesce(c.phone, gone.phone), updated_at = now(), version = c.version + 1
FROM gone WHERE c.store_id = $1 AND c.id = $2)";

constexpr std::string_view kWrite = R"(
INSERT INTO message (store_id, id, integration_id, conversation_id, external_id, direction, kind,
                     text, reply_to, content, status, status_at, sent_at, extra)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13)
ON CONFLICT (store_id, integration_id, external_id) DO NOTHING)";

constexpr std::string_view kHeard = R"(
UPDATE conversation SET last_message_at = greatest(last_message_at, $3),
    last_incoming_at = CASE WHEN $4 THEN greatest(last_incoming_at, $3) ELSE last_incoming_at END,
    unread = unread + CASE WHEN $4 THEN 1 ELSE 0 END, updated_at = now(), version = version + 1
WHERE store_id = $1 AND id = $2)";

// Stages only go forward; a failure ends it. An answer lost in a crash is found by correlation.
constexpr std::string_view kStage = R"(
UPDATE message SET status = $5, status_at = $6, error_code = nullif($7, ''),
    error_detail = nullif($8, ''), external_id = coalesce(external_id, $3), updated_at = now()
WHERE store_id = $1 AND integration_id = $2 AND direction = 'outgoing'
  AND (external_id = $3 OR (external_id IS NULL AND id = $4))
  AND status <> 'failed'
  AND array_position($9::text[], status) < array_position($9::text[], $5::text)
RETURNING id)";

constexpr std::string_view kKnownMessage = R"(
SELECT id FROM message
WHERE store_id = $1 AND integration_id = $2 AND (external_id = $3 OR id = $4))";

constexpr std::string_view kMarkRead = R"(
UPDATE conversation SET unread = 0, updated_at = now(), version = version + 1
WHERE store_id = $1 AND id = $2 AND unread > 0)";

constexpr std::string_view kGiveUp = R"(
UPDATE message SET status = 'failed', status_at = $4, error_code = 'rejected', error_detail = $3,
    updated_at = now()
WHERE store_id = $1 AND integration_id = $2 AND direction = 'outgoing' AND status = 'queued'
RETURNING id)";

const std::vector<std::string> kStages{
    "queued", "sending", "unknown", "sent", "delivered", "read", "failed"};

std::vector<std::string> idsOf(const sdk::Person& person) {
    std::vector<std::string> ids{person.externalId};
    for (const auto& other : person.otherIds)
        if (!other.empty() && std::find(ids.begin(), ids.end(), other) == ids.end())
            ids.push_back(other);
    return ids;
}

void describe(store::Transaction& tx,
              const store::RecordScope& scope,
              const core::Uuid& conversation,
              const sdk::Person& person,
              const std::optional<sdk::Timestamp>& at) {
    tx.query(kDescribe,
             scope.storeId,
             conversation,
             person.externalId,
             store::textOrNull(person.name),
             store::textOrNull(person.username),
             store::textOrNull(person.phone),
             at);
}

/// The conversation with whoever is known by one of these ids; several become the oldest of them.
/// `at`: when that was so; now without it.
core::Uuid conversationOf(store::Transaction& tx,
                          const store::RecordScope& scope,
                          const sdk::Person& person,
                          const std::vector<std::string>& ids,
                          const std::optional<sdk::Timestamp>& at = std::nullopt) {
    const auto known = tx.query(kKnownConversations, scope.storeId, scope.integrationId, ids);
    auto conversation = core::newId();
    if (known.empty()) {
        tx.query(kBegin, scope.storeId, conversation, scope.integrationId, person.externalId);
    } else {
        conversation = known[0].uuid("id");
        for (std::size_t i = 1; i < known.size(); ++i) {
            const auto other = known[i].uuid("id");
            tx.query(kMergeMessages, scope.storeId, conversation, other);
            tx.query(kMergePeople, scope.storeId, conversation, other);
            tx.query(kMergeInto, scope.storeId, conversation, other);
        }
    }
    tx.query(kKnownBy, scope.storeId, scope.integrationId, ids, conversation);
    describe(tx, scope, conversation, person, at);
    return conversation;
}

store::Effect writeOne(store::Transaction& tx,
                       const store::RecordScope& scope,
                       const sdk::Message& message) {
    const bool incoming = message.direction == sdk::Direction::Incoming;
    const auto at = store::timeOrNull(message.sentAt).value_or(scope.now);
    const auto conversation = conversationOf(tx, scope, message.person, idsOf(message.person), at);
    store::Effect effect;
    effect.key = message.externalId;
    const auto id = core::newId();
    const bool created = tx.query(kWrite,
                                  scope.storeId,
                                  id,
                                  scope.integrationId,
                                  conversation,
                                  message.externalId,
                                  incoming ? "incoming" : "outgoing",
                                  message.kind,
                                  message.text,
                                  store::textOrNull(message.replyTo),
                                  store::JsonText{message.content},
                                  incoming ? "received" : "sent",
                                  at,
                                  message.extra)
                             .affected() > 0;
    if (!created) return effect;
    tx.query(kHeard, scope.storeId, conversation, at, incoming);
    effect.verdict = store::Verdict::Created;
    effect.entityId = id;
    effect.change = "created";
    return effect;
}

store::Effect stageOne(store::Transaction& tx,
                       const store::RecordScope& scope,
                       const sdk::MessageStatus& status) {
    store::Effect effect;
    effect.key = status.messageExternalId;
    const auto parsed = core::Uuid::parse(status.correlation);
    const auto correlated = parsed ? *parsed : core::Uuid();  // of no message
    const auto moved = tx.query(kStage,
                                scope.storeId,
                                scope.integrationId,
                                status.messageExternalId,
                                correlated,
                                sdk::name(status.stage),
                                store::timeOrNull(status.at).value_or(scope.now),
                                status.code,
                                status.detail,
                                kStages);
    if (!moved.empty()) {
        effect.verdict = store::Verdict::Updated;
        effect.entityId = moved[0].uuid("id");
        effect.change = "updated";
        return effect;
    }
    const auto known = tx.query(
        kKnownMessage, scope.storeId, scope.integrationId, status.messageExternalId, correlated);
    effect.verdict = store::Verdict::Stale;
    effect.why = known.empty() ? "of a message that was not sent from here"
                               : "the message is further already";
    if (!known.empty()) effect.entityId = known[0].uuid("id");
    return effect;
}

}  // namespace

void lockConversations(store::Transaction& tx, const store::RecordScope& scope) {
    store::lockCreation(tx, "souk:conversation:" + scope.integrationId.text());
}

std::vector<store::Effect> writeMessages(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<const sdk::Message*>& messages) {
    std::vector<store::Effect> effects;
    if (messages.empty()) return effects;
    lockConversations(tx, scope);
    for (const auto* message : messages) effects.push_back(writeOne(tx, scope, *message));
    return effects;
}

std::vector<store::Effect> writeStatuses(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<const sdk::MessageStatus*>& statuses) {
    std::vector<store::Effect> effects;
    effects.reserve(statuses.size());
    for (const auto* status : statuses) effects.push_back(stageOne(tx, scope, *status));
    return effects;
}

void changePeople(store::Transaction& tx,
                  const store::RecordScope& scope,
                  const std::vector<const sdk::PersonChange*>& changes) {
    if (changes.empty()) return;
    lockConversations(tx, scope);
    for (const auto* change : changes) {
        auto ids = idsOf(change->person);
        ids.push_back(change->formerExternalId);
        conversationOf(tx, scope, change->person, ids);
    }
}

core::Uuid beginConversation(store::Transaction& tx,
                             const store::RecordScope& scope,
                             const sdk::Person& person) {
    lockConversations(tx, scope);
    return conversationOf(tx, scope, person, idsOf(person));
}

void markConversationRead(store::Transaction& tx,
                          const core::Uuid& storeId,
                          const core::Uuid& conversationId) {
    tx.query(kMarkRead, storeId, conversationId);
}

void giveUpUnsent(store::Transaction& tx,
                  const core::Uuid& storeId,
                  const core::Uuid& integrationId,
                  std::string_view reason,
                  sdk::Timestamp now) {
    const auto given = tx.query(kGiveUp, storeId, integrationId, reason, now);
    for (const store::Row row : given)
        store::Changes::add(
            tx, storeId, integrationId, "message.updated", "message", row.uuid("id"));
}

}  // namespace souk::orders
