#include "jobs/scheduler.hpp"

namespace souk::jobs {
namespace {

using std::chrono::hours;

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
constexpr std::int64_t kPortion = 5000;

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

}  // namespace

void addHousekeeping(Scheduler& scheduler, store::Database& database, const sdk::Clock& clock) {
    scheduler.add("partitions", hours(1), [&database](const std::stop_token&) {
        auto worker = database.asWorker();
        worker.query(kMakePartitions);
        worker.commit();
    });
    const auto pruneHourly = [&](const char* name, std::string_view sql, std::chrono::hours keep) {
        scheduler.add(name, hours(1), [&database, &clock, sql, keep](const std::stop_token& stop) {
            prune(database, sql, clock.now() - keep, stop);
        });
    };
    pruneHourly("prune.webhook_keys", kPruneWebhookKeys, hours(7 * 24));
    pruneHourly("prune.idempotency_keys", kPruneIdempotencyKeys, hours(24));
    pruneHourly("prune.connect_states", kPruneConnectStates, hours(24));
}

}  // namespace souk::jobs
