#include "sync/run_start.hpp"

namespace souk::sync {
namespace {

// A difference that an incremental run found is mended by a full one, once a day at most. While an
// account was disconnected nobody told of its deletions.
constexpr std::string_view kUsualMode = R"(
SELECT coalesce(f.finished_at IS NULL, true)
       OR (l.status = 'incomplete' AND f.finished_at < $3)
       OR EXISTS (SELECT FROM integration i
                   WHERE i.store_id = $1 AND i.id = $2 AND i.disconnected_at > f.finished_at)
       AS full_one
  FROM (SELECT 1) AS one
  LEFT JOIN LATERAL (
      SELECT finished_at FROM sync_run
       WHERE store_id = $1 AND integration_id = $2 AND mode IN ('full', 'verify')
         AND status IN ('complete', 'incomplete')
       ORDER BY id DESC LIMIT 1) f ON true
  LEFT JOIN LATERAL (
      SELECT status FROM sync_run
       WHERE store_id = $1 AND integration_id = $2 AND status IN ('complete', 'incomplete')
       ORDER BY id DESC LIMIT 1) l ON true)";
constexpr std::chrono::hours kMendEvery(24);

constexpr std::string_view kInsertRun = R"(
INSERT INTO sync_run (store_id, id, integration_id, mode, trigger, entities, created_at)
VALUES ($1, $2, $3, $4, $5, $6::text[], $7)
    ON CONFLICT (integration_id) WHERE status IN ('queued', 'running', 'waiting') DO NOTHING)";

constexpr std::string_view kActiveRun = R"(
SELECT id FROM sync_run
 WHERE store_id = $1 AND integration_id = $2 AND status IN ('queued', 'running', 'waiting'))";

constexpr std::string_view kInsertEntities = R"(
INSERT INTO sync_run_entity (store_id, run_id, entity, position, cursor)
SELECT $1, $2, e.entity, e.position,
       CASE WHEN $5 THEN '' ELSE coalesce(i.sync_cursor ->> e.entity, '') END
  FROM unnest($4::text[]) WITH ORDINALITY AS e (entity, position)
  JOIN integration i ON i.store_id = $1 AND i.id = $3)";

// Only the newest full run counts, only if it covered the same entities, and only if what it met is
// still known (a run that can never go on from its cursor has forgotten it).
constexpr std::string_view kAdoptable = R"(
SELECT r.id FROM (
    SELECT id, mode, status, entities, created_at FROM sync_run
     WHERE store_id = $1 AND integration_id = $2 AND mode IN ('full', 'verify') AND id <> $3
     ORDER BY id DESC LIMIT 1) r
 WHERE r.status = 'failed' AND r.entities = $4::text[] AND r.created_at > $5
   AND EXISTS (SELECT FROM sync_seen s WHERE s.store_id = $1 AND s.run_id = r.id))";

constexpr std::string_view kAdoptEntities = R"(
INSERT INTO sync_run_entity (store_id, run_id, entity, position, status, cursor, pages, processed,
                             changed, stale, rejects, total, started_at, updated_at)
SELECT store_id, $3, entity, position, status, cursor, pages, processed, changed, stale, rejects,
       total, started_at, updated_at
  FROM sync_run_entity WHERE store_id = $1 AND run_id = $2)";

constexpr std::string_view kAdoptSeen = R"(
UPDATE sync_seen SET run_id = $3 WHERE store_id = $1 AND run_id = $2)";

// A first run that fails must not keep the schedule from trying again.
constexpr std::string_view kEnterSchedule = R"(
UPDATE integration SET next_sync_at = $3
 WHERE store_id = $1 AND id = $2 AND next_sync_at IS NULL)";
constexpr std::chrono::hours kFirstSchedule(1);

std::vector<std::string> namesOf(const std::vector<sdk::Entity>& entities) {
    std::vector<std::string> names;
    names.reserve(entities.size());
    for (const sdk::Entity entity : entities) names.emplace_back(sdk::name(entity));
    return names;
}

/// None: inserted. Otherwise the active run, which may end between the two looks: then again.
std::optional<core::Uuid> insertOrFind(store::Transaction& store,
                                       const RunPlan& plan,
                                       const core::Uuid& runId,
                                       const std::vector<std::string>& entities) {
    constexpr int kTries = 5;
    for (int i = 0; i < kTries; ++i) {
        const auto inserted = store.query(kInsertRun,
                                          plan.storeId,
                                          runId,
                                          plan.integrationId,
                                          name(plan.mode),
                                          name(plan.trigger),
                                          entities,
                                          plan.now);
        if (inserted.affected() == 1) return std::nullopt;
        const auto active = store.query(kActiveRun, plan.storeId, plan.integrationId);
        if (!active.empty()) return active[0].uuid("id");
    }
    throw store::Failure("40001", "sync runs of one integration start and end too quickly");
}

bool adopt(store::Transaction& store,
           const RunPlan& plan,
           const core::Uuid& runId,
           const std::vector<std::string>& entities) {
    const auto former = store.query(
        kAdoptable, plan.storeId, plan.integrationId, runId, entities, plan.now - kAdoptWithin);
    if (former.empty()) return false;
    const core::Uuid formerId = former[0].uuid("id");
    store.query(kAdoptEntities, plan.storeId, formerId, runId);
    store.query(kAdoptSeen, plan.storeId, formerId, runId);
    return true;
}

}  // namespace

Mode usualMode(store::Transaction& store,
               const core::Uuid& storeId,
               const core::Uuid& integrationId,
               sdk::Timestamp now) {
    const auto rows = store.query(kUsualMode, storeId, integrationId, now - kMendEvery);
    return rows[0].boolean("full_one") ? Mode::Full : Mode::Incremental;
}

Started startRun(store::Transaction& store, const RunPlan& plan) {
    const core::Uuid runId = core::newId();
    const auto entities = namesOf(plan.entities);
    if (const auto active = insertOrFind(store, plan, runId, entities)) return {*active, true};
    store.query(kEnterSchedule, plan.storeId, plan.integrationId, plan.now + kFirstSchedule);
    const bool whole = plan.mode != Mode::Incremental;
    if (whole && adopt(store, plan, runId, entities)) return {runId, false};
    store.query(kInsertEntities, plan.storeId, runId, plan.integrationId, entities, whole);
    return {runId, false};
}

}  // namespace souk::sync
