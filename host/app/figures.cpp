#include "app/figures.hpp"

namespace souk::app {

using namespace std::chrono_literals;

namespace {

constexpr auto kFresh = 5s;

/// A scrape must not add to the trouble it is to show.
constexpr std::string_view kPatience =
    "SELECT set_config('statement_timeout', '2000', true), set_config('lock_timeout', '500', true)";

/// Of the thousand lanes that wait longest. The oldest event of each is the first in its index; of
/// those that rest after a failure the one that is due next stands for all.
constexpr std::string_view kLanes = R"sql(
SELECT i.platform, count(DISTINCT l.integration_id)::bigint AS lanes,
       coalesce(extract(epoch FROM $1::timestamptz - min(oldest.received_at)), 0)::float8 AS lag
FROM (SELECT integration_id FROM webhook_lane WHERE pending_since IS NOT NULL
      ORDER BY run_at LIMIT 1000) l
JOIN integration i ON i.id = l.integration_id
LEFT JOIN LATERAL (
    (SELECT received_at FROM webhook w
     WHERE w.integration_id = l.integration_id AND w.state = 'waiting' AND w.next_attempt_at IS NULL
     ORDER BY w.id LIMIT 1)
    UNION ALL
    (SELECT received_at FROM webhook w
     WHERE w.integration_id = l.integration_id AND w.state = 'waiting'
       AND w.next_attempt_at IS NOT NULL
     ORDER BY w.next_attempt_at LIMIT 1)) oldest ON true
GROUP BY i.platform
)sql";

constexpr std::string_view kJobs = R"sql(
SELECT kind, state, count(*)::bigint AS jobs
FROM ((SELECT kind, state FROM job WHERE state = 'waiting' LIMIT 10000)
      UNION ALL (SELECT kind, state FROM job WHERE state = 'leased' LIMIT 10000)
      UNION ALL (SELECT kind, state FROM job WHERE state = 'dead' LIMIT 10000)) j
GROUP BY kind, state
)sql";

constexpr std::string_view kIntegrations = R"sql(
SELECT platform, status, count(*)::bigint AS integrations FROM integration GROUP BY platform, status
)sql";

constexpr std::string_view kRuns = R"sql(
SELECT r.status, e.entity, count(DISTINCT r.id)::bigint AS runs, sum(e.processed)::float8 AS processed,
       sum(greatest(e.total, e.processed))::float8 AS expected
FROM sync_run r JOIN sync_run_entity e ON e.store_id = r.store_id AND e.run_id = r.id
WHERE r.status IN ('queued', 'running', 'waiting')
GROUP BY r.status, e.entity
)sql";

constexpr std::string_view kBudgets = R"sql(
SELECT i.platform,
       min(least(b.capacity, b.available + b.restore_per_second
                 * greatest(0, extract(epoch FROM $1::timestamptz - b.updated_at))::float8)
           / greatest(b.capacity, 1)) AS least
FROM rate_budget b JOIN integration i ON i.id = b.integration_id
GROUP BY i.platform
)sql";

}  // namespace

Figures::Figures(store::Database& database,
                 const sdk::Clock& clock,
                 core::Log& log,
                 core::Metrics& metrics)
    : database_(database), clock_(clock), log_(log), metrics_(metrics) {
    observations_.push_back(
        metrics.observed("souk_database_up",
                         "1 when this scrape could read the shared figures, else they are old.",
                         [this] { return refresh(); }));
    const auto pool = [&](const std::string& name, const std::string& help, auto member) {
        observations_.push_back(metrics.observed(
            name, help, [this, member] { return static_cast<double>(database_.usage().*member); }));
    };
    pool("souk_database_connections_busy",
         "Database connections in use by this host.",
         &store::Database::Usage::busy);
    pool("souk_database_connections_idle",
         "Database connections of this host that wait for work.",
         &store::Database::Usage::idle);
    pool("souk_database_pool_waiting",
         "Threads waiting for a database connection right now.",
         &store::Database::Usage::waiting);
    pool("souk_database_pool_waits_total",
         "Times a thread had to wait for a database connection.",
         &store::Database::Usage::waits);
}

double Figures::refresh() {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    if (now < fresh_) return up_ ? 1 : 0;
    fresh_ = now + kFresh;
    try {
        read();
        up_ = true;
    } catch (const store::Failure& failure) {
        if (std::exchange(up_, false))
            log_.warning(
                "app", "the figures of /metrics could not be read", {{"error", failure.what()}});
    }
    return up_ ? 1 : 0;
}

void Figures::read() {
    const auto now = clock_.now();
    auto tx = database_.asWorker();
    tx.query(kPatience);
    readLanes(tx, now);
    readJobs(tx);
    readSyncs(tx);
    readBudgets(tx, now);
}

void Figures::readLanes(store::Transaction& tx, sdk::Timestamp now) {
    std::map<OwnLabels, double> lanes;
    std::map<OwnLabels, double> lag;
    for (const auto row : tx.query(kLanes, now)) {
        const OwnLabels labels{{"platform", row.text("platform")}};
        lanes[labels] = static_cast<double>(row.integer("lanes"));
        lag[labels] = row.real("lag");
    }
    set("souk_webhook_lanes_pending", "Lanes with events to apply, at most 1000 counted.", lanes);
    set("souk_webhook_lane_lag_seconds", "Age of the oldest event that is not applied yet.", lag);
}

void Figures::readJobs(store::Transaction& tx) {
    std::map<OwnLabels, double> jobs;
    for (const auto row : tx.query(kJobs))
        jobs[{{"kind", row.text("kind")}, {"state", row.text("state")}}] =
            static_cast<double>(row.integer("jobs"));
    set("souk_jobs", "Jobs in the queue, at most 10000 of a state counted.", jobs);
}

void Figures::readSyncs(store::Transaction& tx) {
    std::map<OwnLabels, double> integrations;
    for (const auto row : tx.query(kIntegrations))
        integrations[{{"platform", row.text("platform")}, {"status", row.text("status")}}] =
            static_cast<double>(row.integer("integrations"));
    set("souk_integrations", "Integrations by what became of their connection.", integrations);
    std::map<OwnLabels, double> runs;
    std::map<OwnLabels, double> processed;
    std::map<OwnLabels, double> expected;
    for (const auto row : tx.query(kRuns)) {
        const OwnLabels entity{{"entity", row.text("entity")}};
        runs[{{"status", row.text("status")}, entity.front()}] =
            static_cast<double>(row.integer("runs"));
        processed[entity] += row.real("processed");
        expected[entity] += row.real("expected");
    }
    set("souk_sync_runs", "Sync runs that have not ended.", runs);
    set("souk_sync_run_records", "Records met by the runs that have not ended.", processed);
    set("souk_sync_run_records_expected",
        "Records those runs will meet, as far as told.",
        expected);
}

void Figures::readBudgets(store::Transaction& tx, sdk::Timestamp now) {
    std::map<OwnLabels, double> least;
    for (const auto row : tx.query(kBudgets, now))
        least[{{"platform", row.text("platform")}}] = row.real("least");
    set("souk_net_budget_least_ratio",
        "What the account with the emptiest rate budget has left, 1 is full.",
        least);
}

void Figures::set(const std::string& name,
                  const std::string& help,
                  const std::map<OwnLabels, double>& values) {
    auto& told = told_[name];
    for (auto& [labels, value] : told) value = 0;
    for (const auto& [labels, value] : values) told[labels] = value;
    for (const auto& [labels, value] : told) {
        const std::vector<core::Label> seen(labels.begin(), labels.end());
        metrics_.gauge(name, help, seen).set(value);
    }
}

}  // namespace souk::app
