#include "webhooks/eraser.hpp"

namespace souk::webhooks {

namespace {

// $1 store, $2 integration, $3 hashes, $4 after, $5 limit. There is no index by person: it would be
// paid for with every event, and erasures are few.
#define SOUK_WALK                                                                             \
    "WITH page AS (SELECT id, received_at, integration_id, key, people FROM webhook"          \
    " WHERE store_id = $1 AND id > $4 ORDER BY id LIMIT $5), "                                \
    "wanted AS (SELECT decode(h, 'hex') AS hash FROM unnest($3::text[]) AS h), "              \
    "hit AS (SELECT id, received_at, key FROM page WHERE integration_id = $2"                 \
    " AND (cardinality($3::text[]) = 0"                                                       \
    "      OR id IN (SELECT q.id FROM page q CROSS JOIN LATERAL unnest(q.people) AS p (hash)" \
    "                JOIN wanted USING (hash))))"

#define SOUK_WALKED                        \
    "(SELECT count(*) FROM page) AS seen," \
    " (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last"

constexpr std::string_view kErase = SOUK_WALK R"(,
gone AS (
    DELETE FROM webhook w USING hit
    WHERE w.store_id = $1 AND w.id = hit.id AND w.received_at = hit.received_at RETURNING 1
), keys AS (
    DELETE FROM webhook_key k USING hit WHERE k.integration_id = $2 AND k.key = hit.key
)
SELECT (SELECT count(*) FROM gone) AS erased, )" SOUK_WALKED;

constexpr std::string_view kEraseOne = R"(
WITH gone AS (DELETE FROM webhook WHERE store_id = $1 AND id = $2 RETURNING integration_id, key)
DELETE FROM webhook_key k USING gone WHERE k.integration_id = gone.integration_id AND k.key = gone.key)";

constexpr std::string_view kSeen =
    SOUK_WALK " SELECT (SELECT count(*) FROM hit) AS erased, " SOUK_WALKED;

constexpr std::string_view kRead = SOUK_WALK R"(
SELECT w.id, w.received_at, w.topic, w.key, w.headers, w.body
FROM hit JOIN webhook w ON w.store_id = $1 AND w.id = hit.id AND w.received_at = hit.received_at
ORDER BY w.id)";

Walked walkedFrom(const store::Row& row, int limit) {
    Walked walked;
    walked.erased = row.integer("erased");
    walked.last = row.maybeUuid("last").value_or(core::Uuid());
    walked.more = row.integer("seen") == limit;
    return walked;
}

}  // namespace

Walked eraseEvents(store::Transaction& worker,
                   const Walk& walk,
                   const core::Uuid& after,
                   int limit) {
    return walkedFrom(
        worker.query(
            kErase, walk.storeId, walk.integrationId, walk.people, after, std::int64_t{limit})[0],
        limit);
}

void eraseEvent(store::Transaction& worker, const core::Uuid& storeId, const core::Uuid& id) {
    worker.query(kEraseOne, storeId, id);
}

Walked readEvents(store::Transaction& worker,
                  const Walk& walk,
                  const core::Uuid& after,
                  int limit,
                  std::vector<KeptEvent>& events) {
    for (const store::Row row : worker.query(
             kRead, walk.storeId, walk.integrationId, walk.people, after, std::int64_t{limit}))
        events.push_back({row.uuid("id"),
                          row.time("received_at"),
                          row.text("topic"),
                          row.text("key"),
                          row.text("headers"),
                          row.bytes("body")});
    return walkedFrom(
        worker.query(
            kSeen, walk.storeId, walk.integrationId, walk.people, after, std::int64_t{limit})[0],
        limit);
}

}  // namespace souk::webhooks
