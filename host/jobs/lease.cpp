#include "jobs/queue.hpp"

namespace souk::jobs {
namespace {

// One lease at a time over all hosts: the caps of a lane hold exactly. A host that vanishes while
// it holds the lock loses it after ten seconds, whatever TCP thinks.
constexpr std::string_view kOneAtATime = R"(
SELECT set_config('idle_in_transaction_session_timeout', '10000', true),
       pg_advisory_xact_lock(7310034283826803302))";

constexpr std::string_view kBuryExhausted = R"(
UPDATE job SET state = 'dead', lease_owner = NULL, lease_until = NULL,
       reason = format('its host died or lost it %s times while running it', attempts)
 WHERE (store_id, id) IN (SELECT e.store_id, e.id FROM job e
                           WHERE e.state = 'leased' AND e.lease_until < $1
                             AND e.attempts >= e.max_attempts
                             FOR UPDATE SKIP LOCKED))";

// spot: every lane that has something waiting, found by hopping through the index, so that a long
// backlog in one lane costs the same as a short one. candidate: what each lane may add now, and
// expired leases. ranked: the lane's own order, counted on from what it has in hand. fair: priority
// first, then the lanes in turn.
constexpr std::string_view kLease = R"(
WITH RECURSIVE spot AS (
    (SELECT lane FROM job WHERE state = 'waiting' ORDER BY lane LIMIT 1)
    UNION ALL
    SELECT n.lane FROM spot s CROSS JOIN LATERAL (
        SELECT j.lane FROM job j WHERE j.state = 'waiting' AND j.lane > s.lane
         ORDER BY j.lane LIMIT 1) n
), rule AS (
    SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::bool[])
                  AS r (kind, per_lane, room, needs_connection)
), busy AS MATERIALIZED (
    SELECT lane, kind, count(*)::int AS jobs FROM job
     WHERE state = 'leased' AND lease_until >= $6 GROUP BY lane, kind
), candidate AS (
    SELECT j.store_id, j.id, s.lane, r.kind, j.priority, j.run_at, r.per_lane, r.room, 1 AS fresh
      FROM spot s
      CROSS JOIN rule r
      CROSS JOIN LATERAL (
        SELECT w.store_id, w.id, w.priority, w.run_at FROM job w
         WHERE w.state = 'waiting' AND w.lane = s.lane AND w.kind = r.kind AND w.run_at <= $6
         ORDER BY w.priority, w.run_at, w.id LIMIT r.per_lane) j
     WHERE NOT r.needs_connection
        OR EXISTS (SELECT FROM integration i WHERE i.id = s.lane AND i.status = 'connected')
    UNION ALL
    SELECT e.store_id, e.id, e.lane, e.kind, e.priority, e.run_at, r.per_lane, r.room, 0
      FROM job e
      JOIN rule r ON r.kind = e.kind
     WHERE e.state = 'leased' AND e.lease_until < $6
       AND (NOT r.needs_connection
            OR EXISTS (SELECT FROM integration i
                        WHERE i.id = e.lane AND i.status = 'connected'))
), ranked AS (
    SELECT c.*,
           row_number() OVER (PARTITION BY c.lane, c.kind
                              ORDER BY c.fresh, c.priority, c.run_at, c.id)
             + coalesce((SELECT b.jobs FROM busy b WHERE b.lane = c.lane AND b.kind = c.kind), 0)
             AS of_kind,
           row_number() OVER (PARTITION BY c.lane ORDER BY c.priority, c.run_at, c.id)
             + coalesce((SELECT sum(b.jobs) FROM busy b WHERE b.lane = c.lane), 0) AS turn
      FROM candidate c
), fair AS (
    SELECT r.store_id, r.id, r.room,
           row_number() OVER (PARTITION BY r.kind ORDER BY r.priority, r.turn, r.run_at, r.id)
             AS of_room,
           row_number() OVER (ORDER BY r.priority, r.turn, r.run_at, r.id) AS place
      FROM ranked r
     WHERE r.of_kind <= r.per_lane AND r.turn <= $5
), picked AS MATERIALIZED (
    SELECT j.store_id, j.id, f.place,
           j.state = 'leased' AND j.lease_owner IS DISTINCT FROM $8 AS suspect
      FROM fair f JOIN job j ON j.store_id = f.store_id AND j.id = f.id
     WHERE f.of_room <= f.room
       AND (j.state = 'waiting' OR (j.state = 'leased' AND j.lease_until < $6))
     ORDER BY f.place LIMIT $9
       FOR UPDATE OF j SKIP LOCKED
), taken AS (
    UPDATE job SET state = 'leased', lease_owner = $8, lease_until = $7,
                   attempts = job.attempts + 1, fence = job.fence + 1
      FROM picked p
     WHERE job.store_id = p.store_id AND job.id = p.id
    RETURNING job.store_id, job.id, job.integration_id, job.kind, job.dedupe, job.payload,
              job.attempts, job.max_attempts, job.fence, job.correlation_id, job.crashes, job.refusals,
              p.suspect,
              p.place
)
SELECT * FROM taken ORDER BY place)";

Job jobFrom(const store::Row& row) {
    Job job;
    job.storeId = row.uuid("store_id");
    job.id = row.uuid("id");
    job.integrationId = row.maybeUuid("integration_id");
    job.kind = row.text("kind");
    job.dedupe = row.maybeText("dedupe");
    job.payload = row.text("payload");
    job.attempts = static_cast<std::int32_t>(row.integer("attempts"));
    job.maxAttempts = static_cast<std::int32_t>(row.integer("max_attempts"));
    job.fence = row.integer("fence");
    job.correlation = row.maybeUuid("correlation_id");
    job.crashes = static_cast<std::int32_t>(row.integer("crashes"));
    job.refusals = static_cast<std::int32_t>(row.integer("refusals"));
    job.suspect = row.boolean("suspect");
    return job;
}

}  // namespace

std::vector<Job> lease(store::Transaction& worker, const LeaseRequest& request) {
    std::vector<std::string> kinds;
    std::vector<std::int32_t> perLane;
    std::vector<std::int32_t> rooms;
    std::vector<bool> needsConnection;
    for (const KindRoom& room : request.kinds) {
        kinds.push_back(room.kind);
        perLane.push_back(room.perLane);
        rooms.push_back(room.here);
        needsConnection.push_back(room.needsConnection);
    }
    worker.query(kOneAtATime);
    worker.query(kBuryExhausted, request.now);
    std::vector<Job> jobs;
    for (const auto row : worker.query(kLease,
                                       kinds,
                                       perLane,
                                       rooms,
                                       needsConnection,
                                       request.perLane,
                                       request.now,
                                       request.until,
                                       request.owner,
                                       request.batch))
        jobs.push_back(jobFrom(row));
    return jobs;
}

}  // namespace souk::jobs
