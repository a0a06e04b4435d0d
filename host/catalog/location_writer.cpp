#include "catalog/content.hpp"
#include "catalog/writer.hpp"

namespace souk::catalog {

namespace {

// A location's one stamp serves both guards: on a tombstone it is the deletion's.
constexpr store::GuardedTable kLocationTable{.see = R"(
SELECT t.* FROM unnest($3::text[]) AS k(key) CROSS JOIN LATERAL (
    SELECT external_id AS key, id, content_hash, source_version,
           CASE WHEN deleted_at IS NOT NULL THEN source_version END AS deleted_version,
           deleted_at IS NOT NULL AS deleted, NULL::uuid AS parent_id
    FROM location
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key OFFSET 0) t)",
                                             .lock = R"(
SELECT t.* FROM (SELECT unnest($3::text[]) AS key ORDER BY 1) k CROSS JOIN LATERAL (
    SELECT external_id AS key, id, content_hash, source_version,
           CASE WHEN deleted_at IS NOT NULL THEN source_version END AS deleted_version,
           deleted_at IS NOT NULL AS deleted, NULL::uuid AS parent_id
    FROM location
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key FOR UPDATE) t)"};

constexpr std::string_view kWriteLocations = R"(
INSERT INTO location (store_id, id, integration_id, external_id, name, active, address,
                      content_hash, source_version, extra)
SELECT $1, id, $2, external_id, name, active, nullif(address::jsonb, 'null'::jsonb), hash, stamp,
       extra
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bool[], $7::text[], $8::bytea[],
            $9::timestamptz[], $10::text[])
     AS x(id, external_id, name, active, address, hash, stamp, extra)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    name = excluded.name, active = excluded.active, address = excluded.address,
    content_hash = excluded.content_hash, source_version = excluded.source_version,
    extra = excluded.extra, deleted_at = NULL, synced_at = now())";

constexpr std::string_view kDropLocations = R"(
INSERT INTO location AS l (store_id, id, integration_id, external_id, name, active, content_hash,
                           source_version, deleted_at)
SELECT $1, id, $2, external_id, '', false, ''::bytea, stamp, $6
FROM unnest($3::uuid[], $4::text[], $5::timestamptz[]) AS x(id, external_id, stamp)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    source_version = excluded.source_version, active = false,
    deleted_at = coalesce(l.deleted_at, excluded.deleted_at), synced_at = now())";

std::string locationLock(const store::RecordScope& scope) {
    return "souk:location:" + scope.integrationId.text();
}

std::vector<store::Incoming> pageOf(const std::vector<const sdk::Location*>& locations) {
    std::vector<store::Incoming> page;
    for (const sdk::Location* location : locations) {
        store::Incoming incoming;
        incoming.key = location->externalId;
        incoming.hash = contentHash(*location);
        if (location->updatedAt != sdk::Timestamp{}) incoming.version = location->updatedAt;
        incoming.index = page.size();
        page.push_back(std::move(incoming));
    }
    return page;
}

struct LocationColumns {
    std::vector<core::Uuid> ids;
    std::vector<std::string> externalIds, names, addresses, hashes, extras;
    std::vector<bool> active;
    std::vector<sdk::Timestamp> stamps;

    void add(const core::Uuid& id,
             const sdk::Location& location,
             const store::Incoming& incoming,
             sdk::Timestamp now) {
        ids.push_back(id);
        externalIds.push_back(location.externalId);
        names.push_back(location.name);
        addresses.push_back(location.address);
        hashes.push_back(incoming.hash);
        extras.push_back(location.extra);
        active.push_back(location.active);
        stamps.push_back(incoming.version.value_or(now));
    }
};

void writeRows(store::Transaction& tx,
               const store::RecordScope& scope,
               const LocationColumns& columns) {
    if (columns.ids.empty()) return;
    store::Params params(scope.storeId,
                         scope.integrationId,
                         columns.ids,
                         columns.externalIds,
                         columns.names,
                         columns.active,
                         columns.addresses);
    params.addBytesArray(columns.hashes);
    params.add(columns.stamps);
    params.add(columns.extras);
    tx.run(kWriteLocations, params);
}

}  // namespace

std::vector<store::Effect> writeLocations(store::Transaction& tx,
                                          const store::RecordScope& scope,
                                          const std::vector<const sdk::Location*>& locations) {
    std::vector<store::Effect> effects;
    std::vector<store::Incoming> page = store::newestOfEach(scope, pageOf(locations), effects);
    store::settle(tx, scope, kLocationTable, locationLock(scope), store::ruleOnContent, page);
    LocationColumns columns;
    for (const store::Incoming& incoming : page) {
        store::Effect effect = store::contentEffectOf(incoming);
        const bool touched = effect.verdict == store::Verdict::Touched;
        if (store::writesContent(effect.verdict) || touched)
            columns.add(*effect.entityId, *locations[incoming.index], incoming, scope.now);
        effects.push_back(std::move(effect));
    }
    writeRows(tx, scope, columns);
    return effects;
}

std::vector<store::Effect> removeLocations(store::Transaction& tx,
                                           const store::RecordScope& scope,
                                           const std::vector<store::Departure>& departures,
                                           store::Rule* rule) {
    std::vector<store::Incoming> page = store::pageOf(departures);
    store::settle(tx, scope, kLocationTable, locationLock(scope), rule, page);
    store::Tombstones tombstones;
    std::vector<store::Effect> effects;
    for (const store::Incoming& incoming : page) effects.push_back(tombstones.add(scope, incoming));
    tombstones.write(tx, scope, kDropLocations);
    return effects;
}

}  // namespace souk::catalog
