#include "inventory/writer.hpp"

#include "inventory/level_lock.hpp"

#include <utility>

namespace souk::inventory {

namespace {

// Keys are item@location; the two halves go to the unique index. They are cut in a query of their
// own: within the condition the cutting would be a function that row level security does not trust
// with a row, and the index would be read by store alone (measured: 8,400 ms a page instead of 1).
// There is no column for a hash: the number itself is the content.
constexpr store::GuardedTable kLevelTable{.see = R"(
SELECT t.* FROM (
    SELECT key, split_part(key, '@', 1) AS item, substr(key, strpos(key, '@') + 1) AS place
    FROM unnest($3::text[]) AS x(key) OFFSET 0) k
CROSS JOIN LATERAL (
    SELECT k.key, id, source_version, deleted_version,
           convert_to(coalesce(available::text, 'untracked'), 'UTF8') AS content_hash,
           deleted_at IS NOT NULL AS deleted, NULL::uuid AS parent_id
    FROM inventory
    WHERE store_id = $1 AND integration_id = $2
      AND inventory_item_id = k.item AND location_external_id = k.place OFFSET 0) t)",
                                          .lock = R"(
SELECT t.* FROM (
    SELECT key, split_part(key, '@', 1) AS item, substr(key, strpos(key, '@') + 1) AS place
    FROM unnest($3::text[]) AS x(key) ORDER BY 1 OFFSET 0) k
CROSS JOIN LATERAL (
    SELECT k.key, id, source_version, deleted_version,
           convert_to(coalesce(available::text, 'untracked'), 'UTF8') AS content_hash,
           deleted_at IS NOT NULL AS deleted, NULL::uuid AS parent_id
    FROM inventory
    WHERE store_id = $1 AND integration_id = $2
      AND inventory_item_id = k.item AND location_external_id = k.place
    FOR UPDATE) t)"};

constexpr std::string_view kWriteLevels = R"(
INSERT INTO inventory (store_id, id, integration_id, inventory_item_id, location_external_id,
                       available, source_version)
SELECT $1, id, $2, split_part(key, '@', 1), substr(key, strpos(key, '@') + 1), available, stamp
FROM unnest($3::uuid[], $4::text[], $5::int8[], $6::timestamptz[]) AS x(id, key, available, stamp)
ON CONFLICT (store_id, integration_id, inventory_item_id, location_external_id) DO UPDATE SET
    available = excluded.available, source_version = excluded.source_version,
    deleted_version = NULL, deleted_at = NULL, synced_at = now())";

constexpr std::string_view kDropLevels = R"(
INSERT INTO inventory AS i (store_id, id, integration_id, inventory_item_id, location_external_id,
                            source_version, deleted_version, deleted_at)
SELECT $1, id, $2, split_part(key, '@', 1), substr(key, strpos(key, '@') + 1), stamp, stamp, $6
FROM unnest($3::uuid[], $4::text[], $5::timestamptz[]) AS x(id, key, stamp)
ON CONFLICT (store_id, integration_id, inventory_item_id, location_external_id) DO UPDATE SET
    available = NULL, deleted_version = excluded.deleted_version,
    deleted_at = coalesce(i.deleted_at, excluded.deleted_at), synced_at = now())";

constexpr std::string_view kLevelsOf = R"(
SELECT inventory_item_id || '@' || location_external_id AS key FROM inventory
WHERE store_id = $1 AND integration_id = $2 AND inventory_item_id = $3 AND deleted_at IS NULL)";

// What somebody else is writing is seen by them.
constexpr std::string_view kMarkSeen = R"(
WITH met AS MATERIALIZED (
    SELECT t.id FROM (
        SELECT DISTINCT split_part(key, '@', 1) AS item, substr(key, strpos(key, '@') + 1) AS place
        FROM unnest($3::text[]) AS x(key) OFFSET 0) k
    CROSS JOIN LATERAL (
        SELECT id FROM inventory
        WHERE store_id = $1 AND integration_id = $2 AND inventory_item_id = k.item
          AND location_external_id = k.place AND synced_at < $5
        FOR UPDATE SKIP LOCKED) t
)
UPDATE inventory SET synced_at = $4 WHERE store_id = $1 AND id IN (SELECT id FROM met))";

/// With every level there is in the place of "item@".
std::vector<store::Departure> spelledOut(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<store::Departure>& departures) {
    std::vector<store::Departure> all;
    bool locked = false;
    for (const store::Departure& departure : departures) {
        if (!departure.externalId.ends_with('@')) {
            all.push_back(departure);
            continue;
        }
        if (!std::exchange(locked, true)) store::lockCreation(tx, levelLock(scope));
        const auto item = departure.externalId.substr(0, departure.externalId.size() - 1);
        for (const store::Row row : tx.query(kLevelsOf, scope.storeId, scope.integrationId, item))
            all.push_back({.externalId = row.text("key"), .at = departure.at});
    }
    return all;
}

std::vector<store::Incoming> pageOf(const std::vector<const sdk::StockLevel*>& levels) {
    std::vector<store::Incoming> page;
    page.reserve(levels.size());
    for (const sdk::StockLevel* level : levels) {
        store::Incoming incoming;
        incoming.key = sdk::StockLevel::key(level->inventoryItemId, level->locationExternalId);
        incoming.hash = level->available ? std::to_string(*level->available) : "untracked";
        if (level->updatedAt != sdk::Timestamp{}) incoming.version = level->updatedAt;
        incoming.index = page.size();
        page.push_back(std::move(incoming));
    }
    return page;
}

struct LevelColumns {
    std::vector<core::Uuid> ids;
    std::vector<std::string> keys;
    std::vector<std::optional<std::int64_t>> available;
    std::vector<sdk::Timestamp> stamps;
};

}  // namespace

std::vector<store::Effect> writeLevels(store::Transaction& tx,
                                       const store::RecordScope& scope,
                                       const std::vector<const sdk::StockLevel*>& levels) {
    std::vector<store::Effect> effects;
    std::vector<store::Incoming> page = store::newestOfEach(scope, pageOf(levels), effects);
    store::settle(tx, scope, kLevelTable, levelLock(scope), store::ruleOnContent, page);
    LevelColumns columns;
    for (const store::Incoming& incoming : page) {
        store::Effect effect = store::contentEffectOf(incoming);
        const bool touched = effect.verdict == store::Verdict::Touched;
        if (store::writesContent(effect.verdict) || touched) {
            columns.ids.push_back(*effect.entityId);
            columns.keys.push_back(incoming.key);
            columns.available.push_back(levels[incoming.index]->available);
            columns.stamps.push_back(incoming.version.value_or(scope.now));
        }
        effects.push_back(std::move(effect));
    }
    if (!columns.ids.empty())
        tx.query(kWriteLevels,
                 scope.storeId,
                 scope.integrationId,
                 columns.ids,
                 columns.keys,
                 columns.available,
                 columns.stamps);
    return effects;
}

void markSeen(store::Transaction& tx,
              const store::RecordScope& scope,
              const std::vector<std::string>& levelKeys,
              sdk::Timestamp since) {
    if (!levelKeys.empty())
        tx.query(kMarkSeen, scope.storeId, scope.integrationId, levelKeys, scope.now, since);
}

std::vector<store::Effect> removeLevels(store::Transaction& tx,
                                        const store::RecordScope& scope,
                                        const std::vector<store::Departure>& departures,
                                        store::Rule* rule) {
    std::vector<store::Incoming> page = store::pageOf(spelledOut(tx, scope, departures));
    store::settle(tx, scope, kLevelTable, levelLock(scope), rule, page);
    store::Tombstones tombstones;
    std::vector<store::Effect> effects;
    for (store::Incoming& incoming : page) {
        if (!incoming.version && incoming.known) incoming.version = incoming.known->version;
        effects.push_back(tombstones.add(scope, incoming));
    }
    tombstones.write(tx, scope, kDropLevels);
    return effects;
}

}  // namespace souk::inventory
