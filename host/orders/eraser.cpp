#include "orders/eraser.hpp"

namespace souk::orders {

namespace {

// $3 customer, $4 orders. Each way by its own index.
#define SOUK_ORDERS_OF                                                        \
    "SELECT id FROM orders WHERE store_id = $1 AND customer_external_id = $3" \
    " AND integration_id = $2 "                                               \
    "UNION SELECT id FROM orders WHERE store_id = $1 AND integration_id = $2" \
    " AND external_id = ANY ($4) "                                            \
    "UNION SELECT o.id FROM customer c JOIN orders o ON o.store_id = $1"      \
    " AND lower(o.email) = lower(c.email) AND o.customer_external_id IS NULL" \
    " AND o.email IS NOT NULL AND o.integration_id = $2 "                     \
    "WHERE c.store_id = $1 AND c.integration_id = $2 AND c.external_id = $3"

#define SOUK_CONVERSATIONS_OF                               \
    "SELECT conversation_id AS id FROM conversation_person" \
    " WHERE store_id = $1 AND integration_id = $2 AND person_id = $3"

constexpr std::string_view kOrdersOf =
    "SELECT id FROM (" SOUK_ORDERS_OF ") o WHERE id > $5 ORDER BY id LIMIT $6";

constexpr std::string_view kCustomersOf =
    "SELECT id FROM customer WHERE store_id = $1 AND integration_id = $2 AND external_id = $3";

constexpr std::string_view kConversationsOf = SOUK_CONVERSATIONS_OF " ORDER BY 1";

constexpr std::string_view kKnownAs = R"(
WITH sale AS (SELECT * FROM orders WHERE store_id = $1 AND id IN ()" SOUK_ORDERS_OF R"()),
     talk AS (SELECT * FROM conversation WHERE store_id = $1 AND id IN ()" SOUK_CONVERSATIONS_OF
                                      R"()),
     buyer AS (SELECT * FROM customer
               WHERE store_id = $1 AND integration_id = $2 AND external_id = $3)
SELECT DISTINCT id FROM (
    SELECT $3::text AS id
    UNION ALL SELECT unnest($4::text[])
    UNION ALL SELECT unnest(ARRAY[external_id, lower(email), phone]) FROM sale
    UNION ALL SELECT unnest(ARRAY[lower(email), phone]) FROM buyer
    UNION ALL SELECT unnest(ARRAY[external_id, phone, ltrim(phone, '+')]) FROM talk
    UNION ALL SELECT p.person_id FROM talk t JOIN conversation_person p
        ON p.store_id = $1 AND p.conversation_id = t.id
) known WHERE id <> '' ORDER BY 1)";

constexpr std::string_view kEraseOrders = R"(
UPDATE orders SET customer_external_id = NULL, email = NULL, phone = NULL, tags = '{}', note = '',
    shipping_address = NULL, billing_address = NULL, extra = '{}',
    erased_at = coalesce(erased_at, $2), updated_at = now(), version = version + 1
WHERE store_id = $1 AND id = ANY ($3) AND (erased_at IS NULL OR $4)
RETURNING external_id)";
constexpr std::string_view kEraseRefunds =
    "UPDATE refund SET note = '' WHERE store_id = $1 AND order_id = ANY ($2) AND note <> ''";
// A parcel's number leads to an address.
constexpr std::string_view kEraseFulfilments = R"(
UPDATE fulfilment SET tracking_number = ''
WHERE store_id = $1 AND order_id = ANY ($2) AND tracking_number <> '')";

constexpr std::string_view kEraseCustomers = R"(
UPDATE customer SET email = NULL, phone = NULL, first_name = NULL, last_name = NULL, locale = NULL,
    state = NULL, tags = '{}', default_address = NULL, platform_created_at = NULL, extra = '{}',
    erased_at = coalesce(erased_at, $2), updated_at = now(), version = version + 1
WHERE store_id = $1 AND id = ANY ($3) AND (erased_at IS NOT NULL) = $4)";

constexpr std::string_view kTell = R"(
WITH told AS (
    INSERT INTO change (store_id, id, integration_id, kind, entity, entity_id)
    SELECT $1, change_id, $2, $3 || '.updated', $3, entity_id
    FROM unnest($4::uuid[], $5::uuid[]) AS x(change_id, entity_id)
)
SELECT pg_notify('souk_change', $1::text))";

constexpr std::string_view kEraseMessages = R"(
DELETE FROM message WHERE store_id = $1 AND id IN (
    SELECT id FROM message WHERE store_id = $1 AND conversation_id = $2
    ORDER BY sent_at DESC, id DESC LIMIT $3)
RETURNING id, external_id)";

constexpr std::string_view kEraseConversation = R"(
WITH gone AS (
    DELETE FROM conversation WHERE store_id = $1 AND id = $2 RETURNING 1
), known AS (
    DELETE FROM conversation_person WHERE store_id = $1 AND conversation_id = $2 RETURNING 1
)
SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM known) AS known)";

// Key by key: before a growing table has been analysed the planner would read all of it.
constexpr std::string_view kErasedCustomersAmong = R"(
SELECT c.id FROM unnest($2::uuid[]) AS k(id) CROSS JOIN LATERAL (
    SELECT id, erased_at FROM customer WHERE store_id = $1 AND id = k.id OFFSET 0) c
WHERE c.erased_at IS NOT NULL)";

/// Of what was just written: marked before, or bought by somebody who was erased since.
constexpr std::string_view kErasedAmong = R"(
SELECT o.id FROM unnest($3::uuid[]) AS k(id)
CROSS JOIN LATERAL (
    SELECT id, customer_external_id, placed_at, erased_at FROM orders
    WHERE store_id = $1 AND id = k.id OFFSET 0) o
LEFT JOIN LATERAL (
    SELECT erased_at FROM customer
    WHERE store_id = $1 AND integration_id = $2 AND external_id = o.customer_external_id
    OFFSET 0) c ON true
WHERE o.erased_at IS NOT NULL OR c.erased_at > o.placed_at)";

std::vector<core::Uuid> idsIn(const store::Rows& rows) {
    std::vector<core::Uuid> ids;
    for (const store::Row row : rows) ids.push_back(row.uuid("id"));
    return ids;
}

void tell(store::Transaction& tx,
          const store::RecordScope& scope,
          std::string_view entity,
          const std::vector<core::Uuid>& ids) {
    std::vector<core::Uuid> changes(ids.size());
    for (auto& id : changes) id = core::newId();
    tx.query(kTell, scope.storeId, scope.integrationId, entity, changes, ids);
}

}  // namespace

std::vector<std::string> knownAs(store::Transaction& tx,
                                 const store::RecordScope& scope,
                                 const PersonIds& person) {
    std::vector<std::string> ids;
    for (const store::Row row :
         tx.query(kKnownAs, scope.storeId, scope.integrationId, person.customer, person.orders))
        ids.push_back(row.text("id"));
    return ids;
}

std::vector<core::Uuid> ordersOf(store::Transaction& tx,
                                 const store::RecordScope& scope,
                                 const PersonIds& person,
                                 const core::Uuid& after,
                                 int limit) {
    return idsIn(tx.query(kOrdersOf,
                          scope.storeId,
                          scope.integrationId,
                          person.customer,
                          person.orders,
                          after,
                          std::int64_t{limit}));
}

std::vector<core::Uuid> customersOf(store::Transaction& tx,
                                    const store::RecordScope& scope,
                                    const PersonIds& person) {
    return idsIn(tx.query(kCustomersOf, scope.storeId, scope.integrationId, person.customer));
}

std::vector<core::Uuid> conversationsOf(store::Transaction& tx,
                                        const store::RecordScope& scope,
                                        const PersonIds& person) {
    return idsIn(tx.query(kConversationsOf, scope.storeId, scope.integrationId, person.customer));
}

Erased eraseOrders(store::Transaction& tx,
                   const store::RecordScope& scope,
                   const std::vector<core::Uuid>& ids) {
    Erased erased;
    if (ids.empty()) return erased;
    for (const store::Row row : tx.query(kEraseOrders, scope.storeId, scope.now, ids, false))
        erased.orders.push_back(row.text("external_id"));
    erased.refunds = tx.query(kEraseRefunds, scope.storeId, ids).affected();
    erased.fulfilments = tx.query(kEraseFulfilments, scope.storeId, ids).affected();
    if (!erased.orders.empty()) tell(tx, scope, "order", ids);
    return erased;
}

std::int64_t eraseCustomers(store::Transaction& tx,
                            const store::RecordScope& scope,
                            const std::vector<core::Uuid>& ids) {
    if (ids.empty()) return 0;
    const auto erased = tx.query(kEraseCustomers, scope.storeId, scope.now, ids, false).affected();
    if (erased > 0) tell(tx, scope, "customer", ids);
    return erased;
}

GoneMessages eraseMessages(store::Transaction& tx,
                           const store::RecordScope& scope,
                           const core::Uuid& conversationId,
                           int limit) {
    GoneMessages gone;
    for (const store::Row row :
         tx.query(kEraseMessages, scope.storeId, conversationId, std::int64_t{limit})) {
        gone.ids.push_back(row.uuid("id"));
        if (const auto external = row.maybeText("external_id"))
            gone.externalIds.push_back(*external);
    }
    return gone;
}

GoneConversation eraseConversation(store::Transaction& tx,
                                   const store::RecordScope& scope,
                                   const core::Uuid& conversationId) {
    const auto row = tx.query(kEraseConversation, scope.storeId, conversationId)[0];
    return {row.integer("gone"), row.integer("known")};
}

void eraseCustomersAgain(store::Transaction& tx,
                         const store::RecordScope& scope,
                         const std::vector<core::Uuid>& customers) {
    const auto ids = idsIn(tx.query(kErasedCustomersAmong, scope.storeId, customers));
    if (!ids.empty()) tx.query(kEraseCustomers, scope.storeId, scope.now, ids, true);
}

void eraseOrdersAgain(store::Transaction& tx,
                      const store::RecordScope& scope,
                      const std::vector<core::Uuid>& orders) {
    const auto ids = idsIn(tx.query(kErasedAmong, scope.storeId, scope.integrationId, orders));
    if (ids.empty()) return;
    tx.query(kEraseOrders, scope.storeId, scope.now, ids, true);
    tx.query(kEraseRefunds, scope.storeId, ids);
    tx.query(kEraseFulfilments, scope.storeId, ids);
}

}  // namespace souk::orders
