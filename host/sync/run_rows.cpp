#include "sync/run_rows.hpp"

#include "store/changes.hpp"
#include "store/integrations.hpp"

#include <algorithm>

namespace souk::sync {
namespace {

constexpr std::string_view kLockRun = R"(
SELECT store_id, id, integration_id, mode, trigger, status, cancel_requested, started_at
  FROM sync_run WHERE id = $1 FOR UPDATE)";

constexpr std::string_view kEntities = R"(
SELECT entity, status = 'done' AS done, cursor, pages, landmark, barren, processed, rejects, total, updated_at,
       local_count IS NOT NULL AS checked
  FROM sync_run_entity WHERE store_id = $1 AND run_id = $2 ORDER BY position)";

constexpr std::string_view kRunning = R"(
UPDATE sync_run SET status = 'running', error = NULL, started_at = coalesce(started_at, $3)
 WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kWaiting = R"(
UPDATE sync_run SET status = 'waiting', error = $3 WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kSavePage = R"(
UPDATE sync_run_entity
   SET status = CASE WHEN $6 THEN 'done' ELSE 'running' END, cursor = $5, pages = pages + 1,
       processed = processed + $7, changed = changed + $8, stale = stale + $9,
       rejects = rejects + $10, total = coalesce($11, total),
       started_at = coalesce(started_at, $12), updated_at = $12, landmark = $13, barren = $14
 WHERE store_id = $1 AND run_id = $2 AND entity = $3 AND cursor = $4 AND status <> 'done')";

constexpr std::string_view kSeen = R"(
INSERT INTO sync_seen (store_id, run_id, entity, external_id)
SELECT $1, $2, $3, unnest($4::text[])
    ON CONFLICT DO NOTHING)";

constexpr std::string_view kCounts = R"(
UPDATE sync_run_entity SET remote_count = $4, local_count = $5
 WHERE store_id = $1 AND run_id = $2 AND entity = $3)";

constexpr std::string_view kFinish = R"(
UPDATE sync_run SET status = $3, verified = $4, error = $5, finished_at = $6
 WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kForgetSeen =
    "DELETE FROM sync_seen WHERE store_id = $1 AND run_id = $2";

}  // namespace

std::optional<Run> lockRun(store::Transaction& store, const core::Uuid& runId) {
    const auto rows = store.query(kLockRun, runId);
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    Run run;
    run.storeId = row.uuid("store_id");
    run.id = row.uuid("id");
    run.integrationId = row.uuid("integration_id");
    run.mode = row.text("mode");
    run.trigger = row.text("trigger");
    run.status = row.text("status");
    run.cancelRequested = row.boolean("cancel_requested");
    run.startedAt = row.maybeTime("started_at");
    for (const auto one : store.query(kEntities, run.storeId, run.id)) {
        const auto entity = sdk::entityFrom(one.text("entity"));
        if (!entity) continue;  // of a newer version of the hub: it will finish that itself
        RunEntity state;
        state.entity = *entity;
        state.done = one.boolean("done");
        state.cursor = one.text("cursor");
        state.pages = one.integer("pages");
        state.landmark = one.text("landmark");
        state.barren = static_cast<std::int32_t>(one.integer("barren"));
        state.processed = one.integer("processed");
        state.rejects = one.integer("rejects");
        state.total = one.maybeInteger("total");
        state.checked = one.boolean("checked");
        if (const auto at = one.maybeTime("updated_at"))
            run.lastPageAt = std::max(run.lastPageAt.value_or(*at), *at);
        run.entities.push_back(std::move(state));
    }
    return run;
}

void markRunning(store::Transaction& store, const Run& run, sdk::Timestamp now) {
    store.query(kRunning, run.storeId, run.id, now);
    store::Integrations::setSync(store, run.integrationId, "running", std::nullopt);
    announce(store, run);
}

void markWaiting(store::Transaction& store, const Run& run, const std::string& why) {
    store.query(kWaiting, run.storeId, run.id, why);
    store::Integrations::setSync(store, run.integrationId, "queued", why);
    announce(store, run);
}

bool savePage(store::Transaction& store,
              const Run& run,
              const PageEffect& page,
              sdk::Timestamp now) {
    return store
               .query(kSavePage,
                      run.storeId,
                      run.id,
                      sdk::name(page.entity),
                      page.from,
                      page.next,
                      page.last,
                      page.processed,
                      page.changed,
                      page.stale,
                      page.rejects,
                      page.total,
                      now,
                      page.footprint.landmark,
                      page.footprint.barren)
               .affected() == 1;
}

std::int64_t saveSeen(store::Transaction& store,
                      const Run& run,
                      sdk::Entity entity,
                      const std::vector<std::string>& externalIds) {
    if (externalIds.empty()) return 0;
    return store.query(kSeen, run.storeId, run.id, sdk::name(entity), externalIds).affected();
}

void saveCounts(store::Transaction& store,
                const Run& run,
                sdk::Entity entity,
                const std::optional<std::int64_t>& remote,
                std::int64_t local) {
    store.query(kCounts, run.storeId, run.id, sdk::name(entity), remote, local);
}

void finishRun(store::Transaction& store,
               const Run& run,
               const RunEnd& end,
               sdk::Timestamp now,
               sdk::Timestamp next) {
    store.query(kFinish, run.storeId, run.id, end.status, end.verified, end.error, now);
    if (!end.resumable) store.query(kForgetSeen, run.storeId, run.id);
    if (end.status == "complete")
        store::Integrations::syncComplete(store, run.integrationId, now, next);
    else if (end.status == "cancelled")
        store::Integrations::setSync(store, run.integrationId, "idle", std::nullopt);
    else
        store::Integrations::setSync(store, run.integrationId, "failed", end.error);
    announce(store, run);
}

void announce(store::Transaction& store, const Run& run) {
    store::Changes::add(store, run.storeId, run.integrationId, "sync.progress", "sync_run", run.id);
}

}  // namespace souk::sync
