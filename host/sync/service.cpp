#include "sync/service.hpp"

#include "sync/run_start.hpp"

#include "jobs/queue.hpp"
#include "store/changes.hpp"

#include <algorithm>

namespace souk::sync {
namespace {

using sdk::Error;
using sdk::ErrorKind;

constexpr std::chrono::seconds kTickEvery(30);
constexpr int kDueAtOnce = 100;

constexpr std::string_view kCancel = R"(
UPDATE sync_run SET cancel_requested = true
 WHERE id = $1 AND status IN ('queued', 'running', 'waiting'))";

// A run that only waits for its time has nobody to see the wish: let its job come at once.
constexpr std::string_view kHurry = R"(
UPDATE job SET run_at = now()
 WHERE store_id = $1 AND integration_id = $2 AND kind = 'sync' AND dedupe = $3
   AND state = 'waiting' AND run_at > now())";
constexpr std::string_view kWake = "SELECT pg_notify('souk_job', '')";

constexpr std::string_view kOrphans = R"(
UPDATE sync_run SET status = 'failed', finished_at = $1,
       error = coalesce((SELECT j.reason FROM job j
                          WHERE j.store_id = sync_run.store_id
                            AND j.integration_id = sync_run.integration_id
                            AND j.kind = 'sync' AND j.dedupe = sync_run.id::text
                            AND j.state = 'dead'),
                        error, 'the job that ran it ended without a result') ||
               '; start another one, it goes on where this one stopped'
 WHERE status IN ('queued', 'running', 'waiting')
   AND NOT EXISTS (SELECT FROM job j
                    WHERE j.store_id = sync_run.store_id
                      AND j.integration_id = sync_run.integration_id
                      AND j.kind = 'sync' AND j.dedupe = sync_run.id::text
                      AND j.state <> 'dead')
RETURNING store_id, id, integration_id, error)";

constexpr std::string_view kForgetAbandoned = R"(
DELETE FROM sync_seen s
 USING sync_run r
 WHERE r.store_id = s.store_id AND r.id = s.run_id AND r.status = 'failed' AND r.finished_at < $1)";

Error notConnected(const store::IntegrationRow& integration) {
    std::string message = "integration '" + integration.name + "' is " +
                          std::string(store::name(integration.status)) +
                          ", and only a connected one can be synced; connect it first (POST "
                          "/api/v1/integrations/" +
                          integration.id.text() + "/connect)";
    return Error{ErrorKind::Rejected, std::move(message)};
}

sdk::Result<std::vector<sdk::Entity>> entitiesOf(const loader::Catalog& catalog,
                                                 const std::string& platform,
                                                 const std::vector<sdk::Entity>& wanted) {
    const loader::LoadedPlugin* plugin = catalog.find(platform);
    if (plugin == nullptr)
        return Error{ErrorKind::Unsupported,
                     "the plugin '" + platform + "' is not loaded; see: souk plugin list"};
    const auto& offered = plugin->manifest.sync.entities;
    if (offered.empty())
        return Error{ErrorKind::Unsupported, "the plugin '" + platform + "' syncs nothing"};
    if (wanted.empty()) return offered;
    for (const sdk::Entity entity : wanted)
        if (std::find(offered.begin(), offered.end(), entity) == offered.end())
            return Error{ErrorKind::Rejected,
                         "the plugin '" + platform + "' does not sync '" +
                             std::string(sdk::name(entity)) + "'"};
    std::vector<sdk::Entity> ordered;
    for (const sdk::Entity entity : offered)
        if (std::find(wanted.begin(), wanted.end(), entity) != wanted.end())
            ordered.push_back(entity);
    return ordered;
}

std::int16_t priorityOf(Trigger trigger) {
    return trigger == Trigger::Schedule ? jobs::kScheduled : jobs::kManual;
}

}  // namespace

std::string_view name(Mode mode) noexcept {
    switch (mode) {
        case Mode::Full:
            return "full";
        case Mode::Incremental:
            return "incremental";
        case Mode::Verify:
            return "verify";
    }
    return "";
}

std::string_view name(Trigger trigger) noexcept {
    switch (trigger) {
        case Trigger::Connect:
            return "connect";
        case Trigger::Manual:
            return "manual";
        case Trigger::Schedule:
            return "schedule";
    }
    return "";
}

sdk::Result<Mode> modeFrom(std::string_view text) {
    for (const Mode mode : {Mode::Full, Mode::Incremental, Mode::Verify})
        if (name(mode) == text) return mode;
    return Error{ErrorKind::Rejected,
                 "'" + std::string(text) + "' is no mode; use full, incremental or verify"};
}

SyncService::SyncService(store::Database& database,
                         const loader::Catalog& catalog,
                         const sdk::Clock& clock)
    : database_(database), catalog_(catalog), clock_(clock) {}

sdk::Result<Started> SyncService::request(store::Transaction& store, const SyncRequest& wanted) {
    const auto integration = store::Integrations::find(store, wanted.integrationId);
    if (!integration || integration->storeId != wanted.storeId)
        return Error{ErrorKind::NotFound,
                     "this store has no integration " + wanted.integrationId.text()};
    if (integration->status != store::IntegrationStatus::Connected)
        return notConnected(*integration);
    RunPlan plan;
    plan.storeId = wanted.storeId;
    plan.integrationId = wanted.integrationId;
    plan.entities = SOUK_TRY(entitiesOf(catalog_, integration->platform, wanted.entities));
    plan.trigger = wanted.trigger;
    plan.now = clock_.now();
    plan.mode =
        wanted.mode.value_or(usualMode(store, wanted.storeId, wanted.integrationId, plan.now));
    const Started started = startRun(store, plan);
    if (started.joined) return started;

    jobs::NewJob job;
    job.integrationId = wanted.integrationId;
    job.kind = "sync";
    job.dedupe = started.runId.text();
    job.payload = R"({"run_id":")" + started.runId.text() + R"("})";
    job.priority = priorityOf(wanted.trigger);
    jobs::enqueue(store, wanted.storeId, {job});
    store::Integrations::setSync(store, wanted.integrationId, "queued", std::nullopt);
    store::Changes::add(
        store, wanted.storeId, wanted.integrationId, "sync.progress", "sync_run", started.runId);
    return started;
}

sdk::Result<Started> SyncService::request(const SyncRequest& wanted) {
    auto store = database_.forStore(wanted.storeId);
    auto started = SOUK_TRY(request(store, wanted));
    store.commit();
    return started;
}

std::optional<RunProgress> SyncService::status(const core::Uuid& storeId, const core::Uuid& runId) {
    auto store = database_.forStore(storeId);
    return readProgress(store, runId, clock_.now());
}

std::vector<RunProgress> SyncService::list(const core::Uuid& storeId,
                                           const std::optional<core::Uuid>& integrationId,
                                           const core::Uuid& before,
                                           int limit) {
    auto store = database_.forStore(storeId);
    return listProgress(store, integrationId, before, limit, clock_.now());
}

sdk::Result<RunProgress> SyncService::cancel(const core::Uuid& storeId, const core::Uuid& runId) {
    auto store = database_.forStore(storeId);
    const auto before = readProgress(store, runId, clock_.now());
    if (!before) return Error{ErrorKind::NotFound, "this store has no sync run " + runId.text()};
    if (store.query(kCancel, runId).affected() == 0)
        return Error{ErrorKind::Rejected,
                     "sync run " + runId.text() + " has ended already (" + before->status + ")"};
    store.query(kHurry, storeId, before->integrationId, runId.text());
    store.query(kWake);
    auto after = readProgress(store, runId, clock_.now());
    store.commit();
    return std::move(*after);
}

int SyncService::startDue(std::chrono::milliseconds interval) {
    const sdk::Timestamp now = clock_.now();
    std::vector<store::IntegrationRow> due;
    {
        auto worker = database_.asWorker();
        due = store::Integrations::takeDue(worker, now, now + interval, kDueAtOnce);
        worker.commit();
    }
    int started = 0;
    for (const store::IntegrationRow& integration : due) {
        SyncRequest wanted;
        wanted.storeId = integration.storeId;
        wanted.integrationId = integration.id;
        wanted.trigger = Trigger::Schedule;
        const auto run = request(wanted);
        if (run && !run->joined) ++started;
    }
    return started;
}

int SyncService::endOrphans() {
    auto worker = database_.asWorker();
    int ended = 0;
    for (const auto row : worker.query(kOrphans, clock_.now())) {
        const core::Uuid integrationId = row.uuid("integration_id");
        store::Integrations::setSync(worker, integrationId, "failed", row.text("error"));
        store::Changes::add(worker,
                            row.uuid("store_id"),
                            integrationId,
                            "sync.progress",
                            "sync_run",
                            row.uuid("id"));
        ++ended;
    }
    worker.commit();
    return ended;
}

void SyncService::forgetAbandoned() {
    auto worker = database_.asWorker();
    worker.query(kForgetAbandoned, clock_.now() - kAdoptWithin);
    worker.commit();
}

void addSyncTicks(jobs::Scheduler& scheduler,
                  SyncService& service,
                  std::chrono::milliseconds interval) {
    scheduler.add("sync.due", kTickEvery, [&service, interval](const std::stop_token&) {
        service.startDue(interval);
    });
    scheduler.add(
        "sync.orphans", kTickEvery, [&service](const std::stop_token&) { service.endOrphans(); });
}

}  // namespace souk::sync
