#include "jobs/scheduler.hpp"
#include "store/changes.hpp"

namespace souk::jobs {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::string_view kMakePartitions = "SELECT souk_make_partitions(28) AS made";

// In portions: a long delete would hold back vacuum and the change feed.
constexpr std::string_view kPruneWebhookKeys = R"(
DELETE FROM webhook_key WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM webhook_key WHERE received_at < $1 LIMIT 5000)))";
constexpr std::string_view kPruneIdempotencyKeys = R"(
DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_key WHERE created_at < $1 LIMIT 5000)))";
constexpr std::string_view kPruneConnectStates = R"(
DELETE FROM connect_state WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM connect_state WHERE expires_at < $1 LIMIT 5000)))";
// sync_run_entity and sync_seen of a run go with it or went before.
constexpr std::string_view kPruneRuns = R"(
DELETE FROM sync_run WHERE ctid = ANY (ARRAY(
    SELECT r.ctid FROM sync_run r
    WHERE r.finished_at < $1 AND EXISTS (
        SELECT FROM sync_run n
        WHERE n.store_id = r.store_id AND n.integration_id = r.integration_id AND n.id > r.id
          AND n.mode = r.mode AND n.status IN ('complete', 'incomplete'))
    LIMIT 5000)))";
constexpr std::int64_t kPortion = 5000;

constexpr std::string_view kDropPartitions = "SELECT souk_drop_partitions($1, $2) AS dropped";

void prune(store::Database& database,
           std::string_view sql,
           sdk::Timestamp before,
           const std::stop_token& stop) {
    std::int64_t removed = kPortion;
    while (removed == kPortion && !stop.stop_requested()) {
        auto worker = database.asWorker();
        removed = worker.query(sql, before).affected();
        worker.commit();
    }
}

void pruneChanges(store::Database& database, sdk::Timestamp before, const std::stop_token& stop) {
    std::int64_t removed = 1;
    while (removed > 0 && !stop.stop_requested()) {
        auto worker = database.asWorker();
        removed = store::Changes::prune(worker, before);
        worker.commit();
    }
}

void dropPartitions(store::Database& database, std::string_view table, sdk::Timestamp before) {
    auto worker = database.asWorker();
    worker.query(kDropPartitions, table, before);
    worker.commit();
}

}  // namespace

void addHousekeeping(Scheduler& scheduler,
                     store::Database& database,
                     const sdk::Clock& clock,
                     const Keep& keep) {
    scheduler.add("partitions", hours(1), [&database](const std::stop_token&) {
        auto worker = database.asWorker();
        worker.query(kMakePartitions);
        worker.commit();
    });
    /// `act` is told what time is too old. Nothing is when it is kept for good.
    const auto hourly = [&](const char* name, milliseconds age, auto act) {
        if (age == milliseconds(0)) return;
        scheduler.add(name, hours(1), [&clock, age, act](const std::stop_token& stop) {
            act(clock.now() - age, stop);
        });
    };
    const auto pruneHourly = [&](const char* name, std::string_view sql, milliseconds age) {
        hourly(name, age, [&database, sql](sdk::Timestamp before, const std::stop_token& stop) {
            prune(database, sql, before, stop);
        });
    };
    const auto dropHourly = [&](const char* name, std::string_view table, milliseconds age) {
        hourly(name, age, [&database, table](sdk::Timestamp before, const std::stop_token&) {
            dropPartitions(database, table, before);
        });
    };
    pruneHourly("prune.webhook_keys", kPruneWebhookKeys, hours(7 * 24));
    pruneHourly("prune.idempotency_keys", kPruneIdempotencyKeys, hours(24));
    pruneHourly("prune.connect_states", kPruneConnectStates, hours(24));
    pruneHourly("prune.sync_runs", kPruneRuns, keep.syncs);
    hourly("prune.changes",
           keep.changes,
           [&database](sdk::Timestamp before, const std::stop_token& stop) {
               pruneChanges(database, before, stop);
           });
    dropHourly("drop.webhooks", "webhook", keep.webhooks);
    dropHourly("drop.sync_log", "sync_log", keep.syncs);
}

}  // namespace souk::jobs
