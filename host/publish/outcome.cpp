#include "publish/outcome.hpp"

#include "catalog/offered.hpp"
#include "inventory/sold.hpp"
#include "jobs/queue.hpp"
#include "publish/shelf.hpp"

#include <souk/sdk/time.hpp>

#include <map>

namespace souk::publish {

namespace {

// What every statement here ends in: `settled` are the offers it changed, as they are now. A
// product's listing stands where the worst of its offers does. $1 store, $2 integration, $3 now,
// $4 the integration's name, $5 now as RFC 3339.
#define SOUK_TELL_LISTINGS                                                                        \
    ", whole AS ("                                                                                \
    " SELECT product_id,"                                                                         \
    "  CASE WHEN bool_or(state = 'rejected') THEN 'rejected'"                                     \
    "       WHEN bool_or(state = 'pending') THEN 'pending'"                                       \
    "       WHEN bool_or(state = 'in_review') THEN 'in_review'"                                   \
    "       WHEN bool_or(state = 'live') THEN 'live' ELSE 'absent' END AS state,"                 \
    "  min(reason) FILTER (WHERE state = 'rejected') AS reason,"                                  \
    "  substr(sha256(string_agg(coalesce(pushed_hash, ''), ''::bytea ORDER BY variant_id)), 1, "  \
    "16)"                                                                                         \
    "      AS hash,"                                                                              \
    "  max(pushed_at) AS pushed_at"                                                               \
    " FROM (SELECT product_id, variant_id, state, reason, pushed_hash, pushed_at FROM settled"    \
    "       UNION ALL"                                                                            \
    "       SELECT o.product_id, o.variant_id, o.state, o.reason, o.pushed_hash, o.pushed_at"     \
    "       FROM offer o WHERE o.store_id = $1 AND o.integration_id = $2"                         \
    "         AND o.product_id IN (SELECT product_id FROM settled)"                               \
    "         AND o.variant_id NOT IN (SELECT variant_id FROM settled)) a"                        \
    " GROUP BY product_id"                                                                        \
    "), listed AS ("                                                                              \
    " INSERT INTO product_listing AS l (store_id, id, integration_id, external_id, product_id,"   \
    "     published, publish_state, publish_error, pushed_hash, pushed_at, deleted_at)"           \
    " SELECT $1, gen_random_uuid(), $2, product_id::text, product_id, true, state, reason, hash," \
    "     pushed_at, CASE WHEN state = 'absent' THEN $3::timestamptz END FROM whole"              \
    " ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET"                          \
    "     product_id = excluded.product_id, publish_state = excluded.publish_state,"              \
    "     publish_error = excluded.publish_error, pushed_hash = excluded.pushed_hash,"            \
    "     pushed_at = excluded.pushed_at, deleted_at = excluded.deleted_at, synced_at = $3"       \
    " RETURNING l.id, l.product_id, l.publish_state, l.shown_id"                                  \
    "), variants AS ("                                                                            \
    " INSERT INTO variant_listing AS v (store_id, id, integration_id, listing_id, variant_id,"    \
    "     external_id, position, published, deleted_at)"                                          \
    " SELECT $1, gen_random_uuid(), $2, l.id, s.variant_id, s.external_id, 0, true,"              \
    "     CASE WHEN s.state = 'absent' THEN $3::timestamptz END"                                  \
    " FROM settled s JOIN listed l ON l.product_id = s.product_id"                                \
    " ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET"                          \
    "     listing_id = excluded.listing_id, deleted_at = excluded.deleted_at"                     \
    ") "                                                                                          \
    "UPDATE product p SET updated_at = now(), version = p.version + 1,"                           \
    " platform_sync = p.platform_sync || jsonb_build_object($4::text, jsonb_build_object("        \
    "     'synced', l.publish_state NOT IN ('absent', 'rejected'),"                               \
    "     'productId', coalesce(l.shown_id, p.id::text),"                                         \
    "     'lastSyncAt', $5::text, 'state', l.publish_state)) "                                    \
    "FROM listed l WHERE p.store_id = $1 AND p.id = l.product_id"

constexpr std::string_view kLockProducts = R"(
SELECT id FROM product
WHERE store_id = $1 AND id IN (SELECT product_id FROM offer
                               WHERE store_id = $1 AND integration_id = $2
                                 AND external_id = ANY ($3))
ORDER BY id FOR UPDATE)";

constexpr std::string_view kOffers = R"(
SELECT external_id, product_id, variant_id FROM offer
WHERE store_id = $1 AND integration_id = $2 AND external_id = ANY ($3))";

constexpr std::string_view kEnd = R"(
WITH told AS (
    SELECT * FROM unnest($7::text[], $8::text[], $9::text[]) AS x(external_id, state, reason)
), ended AS (
    DELETE FROM offer_batch WHERE store_id = $1 AND id = $6 AND $10
), settled AS (
    UPDATE offer o SET batch_id = NULL, batch_hash = NULL,
        state = CASE WHEN o.batch_hash = ''::bytea AND t.state IS DISTINCT FROM 'rejected'
                     THEN 'absent' ELSE coalesce(t.state, 'pending') END,
        reason = nullif(t.reason, ''),
        pushed_hash = CASE WHEN t.state = 'rejected' THEN o.pushed_hash ELSE o.batch_hash END,
        pushed_at = CASE WHEN t.state = 'rejected' THEN o.pushed_at ELSE $3 END,
        look_at = CASE WHEN o.batch_hash <> ''::bytea
                            AND coalesce(t.state, 'pending') IN ('pending', 'in_review')
                       THEN $3 + interval '2 seconds' END
    FROM offer b LEFT JOIN told t ON t.external_id = b.external_id
    WHERE b.store_id = $1 AND b.batch_id = $6 AND ($10 OR t.external_id IS NOT NULL)
      AND o.store_id = $1 AND o.integration_id = $2 AND o.variant_id = b.variant_id
    RETURNING o.product_id, o.variant_id, o.external_id, o.state, o.reason, o.pushed_hash,
              o.pushed_at
))" SOUK_TELL_LISTINGS;

// Soon at first, then less and less often.
#define SOUK_NEXT_LOOK \
    "least(interval '2 seconds' * power(2, least(o.looks, 12)), interval '1 hour')"

constexpr std::string_view kLookLater = R"(
UPDATE offer o SET looks = o.looks + 1, look_at = $3 + )" SOUK_NEXT_LOOK R"(
WHERE o.store_id = $1 AND o.integration_id = $2 AND o.external_id = ANY ($4)
  AND o.look_at IS NOT NULL)";

// Platforms show a change seconds after they have taken it: what is pending may not be seen yet,
// and what never showed may yet. What shows though nothing was taken there is of a batch whose
// answer was lost: it, too, is to be withdrawn when it goes.
constexpr std::string_view kBelieve = R"(
WITH told AS (
    SELECT * FROM unnest($6::text[], $7::text[], $8::text[]) AS x(external_id, state, reason)
), judged AS (
    SELECT o.variant_id, nullif(t.reason, '') AS reason,
           t.state = 'absent' AND (o.state NOT IN ('pending', 'in_review') OR o.looks >= 8) AS lost,
           t.state <> 'absent' AND coalesce(o.pushed_hash, '') = '' AS found,
           CASE WHEN t.state = 'absent' AND o.state IN ('pending', 'in_review') AND o.looks < 8
                THEN o.state ELSE t.state END AS state
    FROM told t JOIN offer o ON o.store_id = $1 AND o.integration_id = $2
                            AND o.external_id = t.external_id AND o.batch_id IS NULL
), looked AS (
    UPDATE offer o SET looks = o.looks + 1,
        look_at = CASE WHEN j.state IN ('pending', 'in_review')
            THEN $3 + )" SOUK_NEXT_LOOK R"( END
    FROM judged j
    WHERE o.store_id = $1 AND o.integration_id = $2 AND o.variant_id = j.variant_id
      AND NOT j.lost AND NOT j.found
      AND (o.state, coalesce(o.reason, '')) = (j.state, coalesce(j.reason, ''))
), settled AS (
    UPDATE offer o SET state = j.state, reason = j.reason, looks = o.looks + 1,
        pushed_hash = CASE WHEN j.lost OR j.found THEN '\x01' ELSE o.pushed_hash END,
        wanted_at = CASE WHEN j.lost THEN $3 ELSE o.wanted_at END,
        look_at = CASE WHEN j.state IN ('pending', 'in_review')
            THEN $3 + )" SOUK_NEXT_LOOK R"( END
    FROM judged j
    WHERE o.store_id = $1 AND o.integration_id = $2 AND o.variant_id = j.variant_id
      AND (j.lost OR j.found
           OR (o.state, coalesce(o.reason, '')) <> (j.state, coalesce(j.reason, '')))
    RETURNING o.product_id, o.variant_id, o.external_id, o.state, o.reason, o.pushed_hash,
              o.pushed_at
))" SOUK_TELL_LISTINGS;

constexpr std::string_view kRefuse = R"(
WITH settled AS (
    UPDATE offer o SET wanted_at = NULL, state = 'rejected', reason = x.reason, look_at = NULL
    FROM unnest($6::uuid[], $7::text[]) AS x(variant_id, reason)
    WHERE o.store_id = $1 AND o.integration_id = $2 AND o.variant_id = x.variant_id
    RETURNING o.product_id, o.variant_id, o.external_id, o.state, o.reason, o.pushed_hash,
              o.pushed_at
))" SOUK_TELL_LISTINGS;

// What was pushed after the comparison began may have come too late to be seen by it. A change that
// was refused may have been of something that is no longer there.
constexpr std::string_view kMissed = R"(
SELECT external_id FROM offer
WHERE store_id = $1 AND integration_id = $2 AND batch_id IS NULL AND wanted_at IS NULL
  AND (state IN ('live', 'in_review') OR state = 'rejected' AND coalesce(pushed_hash, '') <> '')
  AND pushed_at < $3
  AND (seen_at IS NULL OR seen_at < $3)
ORDER BY external_id)";

constexpr std::string_view kMiss = R"(
WITH settled AS (
    UPDATE offer o SET state = 'absent', reason = NULL, pushed_hash = NULL, look_at = NULL,
        wanted_at = CASE WHEN $7 THEN $3::timestamptz END
    WHERE o.store_id = $1 AND o.integration_id = $2 AND o.external_id = ANY ($6)
    RETURNING o.product_id, o.variant_id, o.external_id, o.state, o.reason, o.pushed_hash,
              o.pushed_at
))" SOUK_TELL_LISTINGS;

/// The products of these offers in the order of their ids, as every writer of products locks them.
void lockProducts(store::Transaction& store,
                  const Shelf& shelf,
                  const std::vector<std::string>& externalIds) {
    store.query(kLockProducts, shelf.storeId, shelf.integrationId, externalIds);
}

struct Told {
    std::vector<std::string> ids, states, reasons;
    explicit Told(const std::vector<sdk::OfferOutcome>& outcomes) {
        for (const auto& one : outcomes) {
            ids.push_back(one.externalId);
            states.emplace_back(sdk::name(one.state));
            reasons.push_back(one.reason);
        }
    }
};

}  // namespace

namespace {

/// What the platform calls them; what was sold there before that was known goes off the stock now.
void keepIds(store::Transaction& store,
             const Shelf& shelf,
             const std::vector<sdk::OfferOutcome>& outcomes) {
    std::map<std::string, const sdk::ShownAs*> shown;
    for (const auto& one : outcomes)
        if (one.shownAs) shown.emplace(one.externalId, &*one.shownAs);
    if (shown.empty()) return;
    std::vector<std::string> ids;
    for (const auto& [id, as] : shown) ids.push_back(id);
    std::vector<catalog::OfferTie> ties;
    for (const store::Row row : store.query(kOffers, shelf.storeId, shelf.integrationId, ids)) {
        const auto& as = *shown.at(row.text("external_id"));
        ties.push_back({row.uuid("product_id"),
                        row.uuid("variant_id"),
                        as.groupId,
                        as.externalId,
                        as.inventoryItemId});
    }
    const auto fresh = catalog::tieOffers(store, shelf.storeId, shelf.integrationId, ties);
    jobs::enqueue(
        store, shelf.storeId, inventory::salesOf(store, shelf.storeId, shelf.integrationId, fresh));
}

void settle(store::Transaction& store,
            const Shelf& shelf,
            const core::Uuid& batch,
            const std::vector<sdk::OfferOutcome>& outcomes,
            bool whole,
            sdk::Timestamp now) {
    const Told told(outcomes);
    lockProducts(store, shelf, offersIn(store, shelf, batch));
    keepIds(store, shelf, outcomes);
    store.query(kEnd,
                shelf.storeId,
                shelf.integrationId,
                now,
                shelf.name,
                sdk::rfc3339(now),
                batch,
                told.ids,
                told.states,
                told.reasons,
                whole);
}

}  // namespace

void endBatch(store::Transaction& store,
              const Shelf& shelf,
              const core::Uuid& batch,
              const std::vector<sdk::OfferOutcome>& outcomes,
              sdk::Timestamp now) {
    settle(store, shelf, batch, outcomes, true, now);
}

void takeFromBatch(store::Transaction& store,
                   const Shelf& shelf,
                   const core::Uuid& batch,
                   const std::vector<sdk::OfferOutcome>& outcomes,
                   sdk::Timestamp now) {
    if (!outcomes.empty()) settle(store, shelf, batch, outcomes, false, now);
}

void believe(store::Transaction& store,
             const Shelf& shelf,
             const std::vector<sdk::OfferOutcome>& outcomes,
             sdk::Timestamp now) {
    if (outcomes.empty()) return;
    const Told told(outcomes);
    lockProducts(store, shelf, told.ids);
    store.query(kBelieve,
                shelf.storeId,
                shelf.integrationId,
                now,
                shelf.name,
                sdk::rfc3339(now),
                told.ids,
                told.states,
                told.reasons);
}

void lookLater(store::Transaction& store,
               const Shelf& shelf,
               const std::vector<std::string>& externalIds,
               sdk::Timestamp now) {
    store.query(kLookLater, shelf.storeId, shelf.integrationId, now, externalIds);
}

void refuse(store::Transaction& store,
            const Shelf& shelf,
            const std::vector<Unfit>& offers,
            sdk::Timestamp now) {
    if (offers.empty()) return;
    std::vector<core::Uuid> ids;
    std::vector<std::string> names;
    std::vector<std::string> reasons;
    for (const auto& one : offers) {
        ids.push_back(one.variantId);
        names.push_back(one.variantId.text());
        reasons.push_back(one.reason);
    }
    lockProducts(store, shelf, names);
    store.query(kRefuse,
                shelf.storeId,
                shelf.integrationId,
                now,
                shelf.name,
                sdk::rfc3339(now),
                ids,
                reasons);
}

std::vector<std::string> miss(store::Transaction& store,
                              const Shelf& shelf,
                              sdk::Timestamp start,
                              bool heal,
                              sdk::Timestamp now) {
    std::vector<std::string> missed;
    for (const store::Row row : store.query(kMissed, shelf.storeId, shelf.integrationId, start))
        missed.push_back(row.text("external_id"));
    if (missed.empty()) return missed;
    lockProducts(store, shelf, missed);
    store.query(kMiss,
                shelf.storeId,
                shelf.integrationId,
                now,
                shelf.name,
                sdk::rfc3339(now),
                missed,
                heal);
    return missed;
}

}  // namespace souk::publish
