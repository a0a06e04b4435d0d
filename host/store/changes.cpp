#include "store/changes.hpp"

namespace souk::store {

namespace {

// The notification leaves with the commit; its payload lets a listener pass over other stores.
constexpr const char* kAdd = R"sql(
WITH added AS (
    INSERT INTO change (store_id, id, integration_id, kind, entity, entity_id)
    VALUES ($1, $2, $3, $4, $5, $6)
)
SELECT pg_notify('souk_change', $1::text))sql";

// Ids are no commit order: a transaction that still runs may yet bring a smaller (xid, id) than one
// that has committed, so nobody reads past the oldest running one.
constexpr const char* kAfter = R"sql(
SELECT id, xid::text::bigint AS xid, at, integration_id, kind, entity, entity_id
FROM change
WHERE (xid, id) > ($1::text::xid8, $2::uuid)
  AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, id
LIMIT $3)sql";

constexpr const char* kEnd =
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 AS xid";

constexpr const char* kEdgeBeyond = R"sql(
SELECT xid::text::bigint AS xid, id FROM change_edge
WHERE (xid, id) > ($1::text::xid8, $2::uuid))sql";

// From the beginning of each store's feed, so that what is left goes on without a gap; a portion at
// a time: a long delete would hold back vacuum and the feed.
constexpr const char* kPrune = R"sql(
WITH old AS (
    SELECT c.store_id, c.xid, c.id FROM store s CROSS JOIN LATERAL (
        SELECT store_id, xid, id, at FROM change
        WHERE store_id = s.id AND xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, id LIMIT 1000) c
    WHERE c.at < $1 LIMIT 5000
), gone AS (
    DELETE FROM change c USING old o
    WHERE c.store_id = o.store_id AND c.xid = o.xid AND c.id = o.id
    RETURNING c.store_id, c.xid, c.id
), edge AS (
    INSERT INTO change_edge AS e (store_id, xid, id)
    SELECT DISTINCT ON (store_id) store_id, xid, id FROM gone ORDER BY store_id, xid DESC, id DESC
    ON CONFLICT (store_id) DO UPDATE SET xid = excluded.xid, id = excluded.id
    WHERE (e.xid, e.id) < (excluded.xid, excluded.id)
)
SELECT count(*) AS removed FROM gone)sql";

core::Uuid largestId() {
    core::Uuid id;
    id.bytes.fill(0xff);
    return id;
}

}  // namespace

void Changes::add(Transaction& store,
                  const core::Uuid& storeId,
                  const std::optional<core::Uuid>& integrationId,
                  std::string_view kind,
                  std::string_view entity,
                  const std::optional<core::Uuid>& entityId) {
    store.query(kAdd, storeId, core::newId(), integrationId, kind, entity, entityId);
}

std::vector<Change> Changes::after(Transaction& store, const ChangePosition& from, int limit) {
    std::vector<Change> changes;
    for (const auto row :
         store.query(kAfter, std::to_string(from.xid), from.id, std::int64_t{limit})) {
        Change change;
        change.id = row.uuid("id");
        change.xid = row.integer("xid");
        change.at = row.time("at");
        change.integrationId = row.maybeUuid("integration_id");
        change.kind = row.text("kind");
        change.entity = row.text("entity");
        change.entityId = row.maybeUuid("entity_id");
        changes.push_back(std::move(change));
    }
    return changes;
}

ChangePosition Changes::end(Transaction& store) {
    return {store.query(kEnd)[0].integer("xid"), largestId()};
}

std::optional<ChangePosition> Changes::edgeBeyond(Transaction& store, const ChangePosition& from) {
    const auto edge = store.query(kEdgeBeyond, std::to_string(from.xid), from.id);
    if (edge.empty()) return std::nullopt;
    return ChangePosition{edge[0].integer("xid"), edge[0].uuid("id")};
}

std::int64_t Changes::prune(Transaction& worker, sdk::Timestamp before) {
    return worker.query(kPrune, before)[0].integer("removed");
}

}  // namespace souk::store
