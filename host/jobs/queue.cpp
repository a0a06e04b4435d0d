#include "jobs/queue.hpp"

#include "core/correlation.hpp"

namespace souk::jobs {
namespace {

constexpr std::string_view kEnqueue = R"(
INSERT INTO job (store_id, id, integration_id, kind, dedupe, payload, priority, run_at, max_attempts,
                 correlation_id)
SELECT $1, n.id, n.integration_id, n.kind, n.dedupe, n.payload::jsonb, n.priority::smallint,
       coalesce(n.run_at, now()), n.max_attempts, $10::uuid
  FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[],
              $8::timestamptz[], $9::int[])
       AS n (id, integration_id, kind, dedupe, payload, priority, run_at, max_attempts)
    ON CONFLICT (lane, kind, dedupe)
       WHERE state = 'waiting' AND dedupe IS NOT NULL
    DO NOTHING)";

constexpr std::string_view kNotify = "SELECT pg_notify('souk_job', '')";

constexpr std::string_view kHold = R"(
SELECT 1 AS held FROM job
 WHERE store_id = $1 AND id = $2 AND fence = $3 AND state = 'leased'
   FOR KEY SHARE)";

constexpr std::string_view kCountCrash = R"(
UPDATE job SET crashes = crashes + $4
 WHERE store_id = $1 AND id = $2 AND fence = $3 AND state = 'leased')";

constexpr std::string_view kExtend = R"(
WITH mine AS (
    SELECT store_id, id, fence FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS m (store_id, id, fence)
), kept AS (
    UPDATE job SET lease_until = $4
      FROM mine m
     WHERE job.store_id = m.store_id AND job.id = m.id AND job.fence = m.fence
       AND job.state = 'leased'
    RETURNING job.id
)
SELECT m.id FROM mine m WHERE m.id NOT IN (SELECT k.id FROM kept k))";

constexpr std::string_view kComplete = R"(
DELETE FROM job WHERE store_id = $1 AND id = $2 AND fence = $3 AND state = 'leased')";

// A job of the same dedupe may have come to wait while this one ran: then that one is enough.
constexpr std::string_view kPutBack = R"(
WITH mine AS MATERIALIZED (
    SELECT store_id, id, lane, kind, dedupe FROM job
     WHERE store_id = $1 AND id = $2 AND fence = $3 AND state = 'leased'
       FOR UPDATE
), twin AS MATERIALIZED (
    SELECT 1 FROM mine m JOIN job t
        ON t.lane = m.lane AND t.kind = m.kind
       AND t.dedupe = m.dedupe AND t.state = 'waiting'
), merged AS (
    DELETE FROM job USING mine m
     WHERE job.store_id = m.store_id AND job.id = m.id AND EXISTS (SELECT FROM twin)
    RETURNING 1
), back AS (
    UPDATE job SET state = 'waiting', run_at = $4, attempts = $5, reason = $6, crashes = $7,
                   refusals = $8, lease_owner = NULL, lease_until = NULL
      FROM mine m
     WHERE job.store_id = m.store_id AND job.id = m.id AND NOT EXISTS (SELECT FROM twin)
    RETURNING 1
)
SELECT (SELECT count(*) FROM merged) + (SELECT count(*) FROM back) AS moved)";

constexpr std::string_view kBury = R"(
UPDATE job SET state = 'dead', reason = $4, lease_owner = NULL, lease_until = NULL
 WHERE store_id = $1 AND id = $2 AND fence = $3 AND state = 'leased')";

constexpr std::string_view kRequeue = R"(
UPDATE job SET state = 'waiting', run_at = now(), attempts = 0, crashes = 0, refusals = 0
 WHERE store_id = $1 AND id = $2 AND state = 'dead'
   AND NOT EXISTS (SELECT FROM job t
                    WHERE t.lane = job.lane AND t.kind = job.kind AND t.dedupe = job.dedupe
                      AND t.state = 'waiting'))";

constexpr std::string_view kCancelLane = R"(
DELETE FROM job
 WHERE store_id = $1 AND integration_id = $2 AND state IN ('waiting', 'dead')
   AND ($3 = '' OR kind = $3) AND kind <> ALL ($4))";

constexpr std::string_view kForget = R"(
DELETE FROM job
 WHERE store_id = $1 AND integration_id = $2 AND state IN ('waiting', 'dead')
   AND kind = ANY ($3) AND dedupe = ANY ($4))";

}  // namespace

int enqueue(store::Transaction& tx, const core::Uuid& storeId, const std::vector<NewJob>& jobs) {
    if (jobs.empty()) return 0;
    std::vector<core::Uuid> ids;
    std::vector<std::optional<core::Uuid>> integrations;
    std::vector<std::string> kinds;
    std::vector<std::optional<std::string>> dedupes;
    std::vector<std::string> payloads;
    std::vector<std::int32_t> priorities;
    std::vector<std::optional<sdk::Timestamp>> runAts;
    std::vector<std::int32_t> attempts;
    for (const NewJob& job : jobs) {
        ids.push_back(core::newId());
        integrations.push_back(job.integrationId);
        kinds.push_back(job.kind);
        dedupes.push_back(job.dedupe);
        payloads.push_back(job.payload);
        priorities.push_back(job.priority);
        runAts.push_back(job.runAt);
        attempts.push_back(job.maxAttempts);
    }
    const auto added = tx.query(kEnqueue,
                                storeId,
                                ids,
                                integrations,
                                kinds,
                                dedupes,
                                payloads,
                                priorities,
                                runAts,
                                attempts,
                                core::Correlation::current())
                           .affected();
    if (added > 0) tx.query(kNotify);
    return static_cast<int>(added);
}

bool countCrash(store::Transaction& worker, const Job& job, std::int32_t by) {
    return worker.query(kCountCrash, job.storeId, job.id, job.fence, by).affected() == 1;
}

bool hold(store::Transaction& tx, const Job& job) {
    return !tx.query(kHold, job.storeId, job.id, job.fence).empty();
}

std::vector<core::Uuid> extend(store::Transaction& worker,
                               const std::vector<Job>& jobs,
                               sdk::Timestamp until) {
    std::vector<core::Uuid> stores;
    std::vector<core::Uuid> ids;
    std::vector<std::int64_t> fences;
    for (const Job& job : jobs) {
        stores.push_back(job.storeId);
        ids.push_back(job.id);
        fences.push_back(job.fence);
    }
    std::vector<core::Uuid> lost;
    for (const auto row : worker.query(kExtend, stores, ids, fences, until))
        lost.push_back(row.uuid("id"));
    return lost;
}

bool complete(store::Transaction& tx, const Job& job) {
    return tx.query(kComplete, job.storeId, job.id, job.fence).affected() == 1;
}

bool putBack(store::Transaction& tx,
             const Job& job,
             sdk::Timestamp runAt,
             std::int32_t attempts,
             std::string_view reason,
             std::int32_t crashes) {
    const auto rows = tx.query(
        kPutBack, job.storeId, job.id, job.fence, runAt, attempts, reason, crashes, job.refusals);
    return rows[0].integer("moved") == 1;
}

bool bury(store::Transaction& tx, const Job& job, std::string_view reason) {
    return tx.query(kBury, job.storeId, job.id, job.fence, reason).affected() == 1;
}

bool requeue(store::Transaction& tx, const core::Uuid& storeId, const core::Uuid& id) {
    if (tx.query(kRequeue, storeId, id).affected() == 0) return false;
    tx.query(kNotify);
    return true;
}

std::int64_t cancelLane(store::Transaction& tx,
                        const core::Uuid& storeId,
                        const core::Uuid& integrationId,
                        std::string_view kind,
                        const std::vector<std::string_view>& except) {
    return tx.query(kCancelLane, storeId, integrationId, kind, except).affected();
}

std::int64_t forget(store::Transaction& tx,
                    const core::Uuid& storeId,
                    const core::Uuid& integrationId,
                    const std::vector<std::string_view>& kinds,
                    const std::vector<std::string>& dedupes) {
    return tx.query(kForget, storeId, integrationId, kinds, dedupes).affected();
}

}  // namespace souk::jobs
