#include "publish/shelf.hpp"

#include "catalog/offered.hpp"
#include "store/guard.hpp"

namespace souk::publish {

namespace {

constexpr std::string_view kForgotten = R"(
SELECT 1 AS forgotten FROM publish_position p JOIN change_edge e ON e.store_id = p.store_id
WHERE p.store_id = $1 AND p.integration_id = $2 AND (e.xid, e.id) > (p.xid, p.change_id))";

constexpr std::string_view kSkipForgotten = R"(
UPDATE publish_position p SET xid = e.xid, change_id = e.id
FROM change_edge e
WHERE e.store_id = $1 AND p.store_id = $1 AND p.integration_id = $2)";

// Offers are made for variants of products that some platform lists; their ids there are ours.
// What an integration lists by itself is not offered there, unless it was before: then it is to be
// taken back.
#define SOUK_OFFERED(v)                                                               \
    "(NOT EXISTS (SELECT FROM product_listing n WHERE n.store_id = $1"                \
    "             AND n.product_id = " v                                              \
    ".product_id AND n.integration_id = $2"                                           \
    "             AND n.deleted_at IS NULL AND NOT n.published)"                      \
    " OR EXISTS (SELECT FROM offer h WHERE h.store_id = $1 AND h.integration_id = $2" \
    "            AND h.variant_id = " v ".id)) "
constexpr std::string_view kAbsorb = R"(
WITH here AS (
    SELECT xid, change_id FROM publish_position WHERE store_id = $1 AND integration_id = $2
), news AS MATERIALIZED (
    SELECT c.xid, c.id, c.entity, c.entity_id
    FROM change c, here
    WHERE c.store_id = $1 AND (c.xid, c.id) > (here.xid, here.change_id)
      AND c.xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY c.xid, c.id LIMIT $4
), touched AS (
    SELECT v.id, v.product_id FROM news n
    JOIN product_variant v ON v.store_id = $1 AND v.product_id = n.entity_id
    WHERE n.entity = 'product'
    UNION
    SELECT v.id, v.product_id FROM news n
    JOIN inventory s ON s.store_id = $1 AND s.id = n.entity_id
    JOIN variant_listing l ON l.store_id = $1 AND l.inventory_item_id = s.inventory_item_id
                          AND l.integration_id = s.integration_id AND NOT l.published
    JOIN product_variant v ON v.store_id = $1 AND v.id = l.variant_id
    WHERE n.entity = 'stock'
), wanted AS (
    INSERT INTO offer AS o (store_id, integration_id, variant_id, product_id, external_id, wanted_at)
    SELECT $1, $2, t.id, t.product_id, t.id::text, $3 FROM touched t WHERE )" SOUK_OFFERED("t") R"(
    ON CONFLICT (store_id, integration_id, variant_id) DO UPDATE
    SET wanted_at = excluded.wanted_at, product_id = excluded.product_id
), moved AS (
    UPDATE publish_position p SET xid = n.xid, change_id = n.id
    FROM (SELECT xid, id FROM news ORDER BY xid DESC, id DESC LIMIT 1) n
    WHERE p.store_id = $1 AND p.integration_id = $2
)
SELECT count(*) AS n FROM news)";

// Of what is gone, what is or may soon be there still: it is to be taken back.
constexpr std::string_view kWant = R"(
INSERT INTO offer AS o (store_id, integration_id, variant_id, product_id, external_id, wanted_at)
SELECT $1, $2, v.id, v.product_id, v.id::text, $3 FROM product_variant v
WHERE v.store_id = $1 AND (cardinality($4::uuid[]) = 0 OR v.product_id = ANY ($4))
  AND (v.deleted_at IS NULL
       OR EXISTS (SELECT FROM offer x
                  WHERE x.store_id = $1 AND x.integration_id = $2 AND x.variant_id = v.id
                    AND (x.batch_id IS NOT NULL OR coalesce(x.pushed_hash, '') <> '')))
  AND )" SOUK_OFFERED("v") R"(
ON CONFLICT (store_id, integration_id, variant_id) DO UPDATE
SET wanted_at = excluded.wanted_at, product_id = excluded.product_id, not_before = NULL)";

constexpr std::string_view kDiffer = R"(
UPDATE offer SET pushed_hash = '\x00', wanted_at = CASE WHEN $4 THEN $5 ELSE wanted_at END
WHERE store_id = $1 AND integration_id = $2 AND external_id = ANY ($3))";

constexpr std::string_view kSee = R"(
UPDATE offer SET seen_at = $4
WHERE store_id = $1 AND integration_id = $2 AND external_id = ANY ($3))";

constexpr std::string_view kUnknown = R"(
SELECT k.external_id FROM unnest($3::text[]) AS k(external_id)
WHERE NOT EXISTS (SELECT 1 FROM offer o WHERE o.store_id = $1 AND o.integration_id = $2
                    AND o.external_id = k.external_id))";

// Only if nothing changed meanwhile. A change that was refused or not taken, and is no longer
// wanted, has ended the asking where the offer stands: it goes on.
constexpr std::string_view kKeep = R"(
UPDATE offer o SET wanted_at = NULL,
    look_at = CASE WHEN o.state IN ('pending', 'in_review')
                        OR o.state = 'rejected' AND coalesce(o.pushed_hash, '') <> ''
                   THEN coalesce(o.look_at, $5) END
FROM unnest($3::uuid[], $4::timestamptz[]) AS x(variant_id, wanted_at)
WHERE o.store_id = $1 AND o.integration_id = $2 AND o.variant_id = x.variant_id
  AND o.wanted_at = x.wanted_at)";

constexpr std::string_view kBegin = R"(
WITH batch AS (
    INSERT INTO offer_batch (store_id, id, integration_id, handed_at, poll_at)
    VALUES ($1, $3, $2, $6, $7)
)
UPDATE offer o SET batch_id = $3, batch_hash = x.hash, wanted_at = NULL, look_at = NULL,
    looks = 0
FROM unnest($4::uuid[], $5::bytea[]) AS x(variant_id, hash)
WHERE o.store_id = $1 AND o.integration_id = $2 AND o.variant_id = x.variant_id)";

constexpr std::string_view kDue = R"(
SELECT id, ticket, polls FROM offer_batch
WHERE store_id = $1 AND integration_id = $2 AND poll_at <= $3 ORDER BY poll_at LIMIT 20)";

constexpr std::string_view kOffersIn = R"(
SELECT external_id FROM offer WHERE store_id = $1 AND batch_id = $2 ORDER BY external_id)";

constexpr std::string_view kTicket = R"(
UPDATE offer_batch SET ticket = $3, poll_at = $4, polls = polls + 1
WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kHasten = R"(
WITH batch AS (
    UPDATE offer_batch SET poll_at = least(poll_at, $4)
    WHERE store_id = $1 AND integration_id = $2 AND ticket = $3 RETURNING 1
)
UPDATE publish_position SET due_at = least(due_at, $4)
WHERE store_id = $1 AND integration_id = $2 AND EXISTS (SELECT FROM batch))";

// What was unknown, not there or to be withdrawn may be there or not; anything else is there, one
// way or the other.
constexpr std::string_view kDrop = R"(
WITH dropped AS (
    UPDATE offer SET batch_id = NULL, batch_hash = NULL, wanted_at = coalesce(wanted_at, $4),
                     not_before = $4,
        pushed_hash = CASE WHEN $6 = 'not taken' THEN pushed_hash
            WHEN $6 = 'unseen' OR batch_hash = ''::bytea
                 OR coalesce(pushed_hash, '') IN (''::bytea, '\x01') THEN '\x01'::bytea
            ELSE '\x00'::bytea END
    WHERE store_id = $1 AND integration_id = $2 AND batch_id = $3
      AND ($5::text[] IS NULL OR external_id = ANY ($5))
    RETURNING variant_id
)
DELETE FROM offer_batch b
WHERE b.store_id = $1 AND b.id = $3
  AND NOT EXISTS (SELECT 1 FROM offer o
                  WHERE o.store_id = $1 AND o.batch_id = $3
                    AND o.variant_id NOT IN (SELECT variant_id FROM dropped)))";

constexpr std::string_view kDueLooks = R"(
SELECT external_id FROM offer
WHERE store_id = $1 AND integration_id = $2 AND look_at <= $3 AND batch_id IS NULL
ORDER BY look_at LIMIT $4)";

std::vector<std::string> idsIn(const store::Rows& rows) {
    std::vector<std::string> ids;
    for (const store::Row row : rows) ids.push_back(row.text("external_id"));
    return ids;
}

std::string_view nameOf(Fate fate) {
    if (fate == Fate::NotTaken) return "not taken";
    return fate == Fate::Unseen ? "unseen" : "unknown";
}

}  // namespace

void hold(store::Transaction& store, const Shelf& shelf) {
    store::lockCreation(store, catalog::shelfLock(shelf.integrationId));
}

std::int64_t absorbChanges(store::Transaction& store,
                           const Shelf& shelf,
                           sdk::Timestamp now,
                           std::int64_t limit) {
    if (!store.query(kForgotten, shelf.storeId, shelf.integrationId).empty()) {
        want(store, shelf, {}, now);
        store.query(kSkipForgotten, shelf.storeId, shelf.integrationId);
    }
    return store.query(kAbsorb, shelf.storeId, shelf.integrationId, now, limit)[0].integer("n");
}

std::int64_t want(store::Transaction& store,
                  const Shelf& shelf,
                  const std::vector<core::Uuid>& productIds,
                  sdk::Timestamp now) {
    return store.query(kWant, shelf.storeId, shelf.integrationId, now, productIds).affected();
}

void differ(store::Transaction& store,
            const Shelf& shelf,
            const std::vector<std::string>& externalIds,
            bool heal,
            sdk::Timestamp now) {
    if (externalIds.empty()) return;
    store.query(kDiffer, shelf.storeId, shelf.integrationId, externalIds, heal, now);
}

void see(store::Transaction& store,
         const Shelf& shelf,
         const std::vector<std::string>& externalIds,
         sdk::Timestamp start) {
    store.query(kSee, shelf.storeId, shelf.integrationId, externalIds, start);
}

std::vector<std::string> unknownAmong(store::Transaction& store,
                                      const Shelf& shelf,
                                      const std::vector<std::string>& externalIds) {
    return idsIn(store.query(kUnknown, shelf.storeId, shelf.integrationId, externalIds));
}

void keep(store::Transaction& store,
          const Shelf& shelf,
          const std::vector<Wanted>& offers,
          sdk::Timestamp now) {
    if (offers.empty()) return;
    std::vector<core::Uuid> ids;
    std::vector<sdk::Timestamp> stamps;
    for (const auto& one : offers) {
        ids.push_back(one.variantId);
        stamps.push_back(one.wantedAt);
    }
    store.query(kKeep, shelf.storeId, shelf.integrationId, ids, stamps, now);
}

core::Uuid beginBatch(store::Transaction& store,
                      const Shelf& shelf,
                      const std::vector<Wanted>& offers,
                      sdk::Timestamp now,
                      sdk::Timestamp lookAt) {
    const auto id = core::newId();
    std::vector<core::Uuid> ids;
    std::vector<std::string> hashes;
    for (const auto& one : offers) {
        ids.push_back(one.variantId);
        hashes.push_back(one.hash);
    }
    store.query(
        kBegin, shelf.storeId, shelf.integrationId, id, ids, store::BytesList{hashes}, now, lookAt);
    return id;
}

std::vector<Batch> dueBatches(store::Transaction& store, const Shelf& shelf, sdk::Timestamp now) {
    std::vector<Batch> due;
    for (const store::Row row : store.query(kDue, shelf.storeId, shelf.integrationId, now))
        due.push_back({row.uuid("id"), row.maybeText("ticket"), row.integer("polls")});
    return due;
}

void keepTicket(store::Transaction& store,
                const Shelf& shelf,
                const core::Uuid& batch,
                const std::optional<std::string>& ticket,
                sdk::Timestamp pollAt) {
    store.query(kTicket, shelf.storeId, batch, ticket, pollAt);
}

bool hasten(store::Transaction& store,
            const Shelf& shelf,
            const std::string& ticket,
            sdk::Timestamp now) {
    return store.query(kHasten, shelf.storeId, shelf.integrationId, ticket, now).affected() > 0;
}

void dropFromBatch(store::Transaction& store,
                   const Shelf& shelf,
                   const core::Uuid& batch,
                   const std::optional<std::vector<std::string>>& externalIds,
                   Fate fate,
                   sdk::Timestamp notBefore) {
    const std::string_view known = nameOf(fate);
    if (externalIds)
        store.query(
            kDrop, shelf.storeId, shelf.integrationId, batch, notBefore, *externalIds, known);
    else
        store.query(
            kDrop, shelf.storeId, shelf.integrationId, batch, notBefore, std::nullopt, known);
}

std::vector<std::string> offersIn(store::Transaction& store,
                                  const Shelf& shelf,
                                  const core::Uuid& batch) {
    return idsIn(store.query(kOffersIn, shelf.storeId, batch));
}

std::vector<std::string> dueLooks(store::Transaction& store,
                                  const Shelf& shelf,
                                  sdk::Timestamp now,
                                  std::int64_t limit) {
    return idsIn(store.query(kDueLooks, shelf.storeId, shelf.integrationId, now, limit));
}

}  // namespace souk::publish
