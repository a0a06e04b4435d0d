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

}  // namespace souk::store
