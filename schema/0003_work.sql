-- Work: jobs, sync runs, the webhook inbox, and what was done (sync_log, change).

CREATE TABLE job (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid,
    lane uuid NOT NULL GENERATED ALWAYS AS (coalesce(integration_id, store_id)) STORED,
    kind text NOT NULL,
    dedupe text,
    payload jsonb NOT NULL DEFAULT '{}',
    priority smallint NOT NULL DEFAULT 50,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'leased', 'dead')),
    run_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 20,
    lease_owner text,
    lease_until timestamptz,
    fence bigint NOT NULL DEFAULT 0,
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, id)
);
COMMENT ON TABLE job IS 'Durable queue: work of one integration, leased by hosts.';
COMMENT ON COLUMN job.store_id IS 'the store';
COMMENT ON COLUMN job.id IS 'UUIDv7';
COMMENT ON COLUMN job.integration_id IS 'whose work; null for the store''s own';
COMMENT ON COLUMN job.lane IS 'whose turn it is: the integration, or the store for its own work';
COMMENT ON COLUMN job.kind IS 'sync, refetch, subscribe, disconnect, privacy, ...';
COMMENT ON COLUMN job.dedupe IS 'at most one waiting job per lane, kind and this text';
COMMENT ON COLUMN job.payload IS 'arguments';
COMMENT ON COLUMN job.priority IS 'smaller first: 10 live, 30 webhook follow-up, 50 manual, 70 scheduled';
COMMENT ON COLUMN job.state IS 'done jobs are deleted; dead ones wait for a person';
COMMENT ON COLUMN job.run_at IS 'not before';
COMMENT ON COLUMN job.attempts IS 'counted when leased, so a crash counts too';
COMMENT ON COLUMN job.max_attempts IS 'then dead';
COMMENT ON COLUMN job.lease_owner IS 'host that has it';
COMMENT ON COLUMN job.lease_until IS 'after it any host may take it over';
COMMENT ON COLUMN job.fence IS 'grows with every lease; a late writer with an older number is refused';
COMMENT ON COLUMN job.reason IS 'of the last failure';
COMMENT ON COLUMN job.created_at IS 'when it was asked for';
ALTER TABLE job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
-- Leasing hops from lane to lane.
CREATE INDEX job_waiting ON job (lane, kind, priority, run_at, id) WHERE state = 'waiting';
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'leased';
CREATE INDEX job_dead ON job (store_id, integration_id, id) WHERE state = 'dead';
CREATE UNIQUE INDEX job_once ON job (lane, kind, dedupe) WHERE state = 'waiting' AND dedupe IS NOT NULL;
SELECT souk_tenant('job', 'store_id', true);

CREATE TABLE sync_run (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    mode text NOT NULL CHECK (mode IN ('full', 'incremental', 'verify')),
    trigger text NOT NULL CHECK (trigger IN ('connect', 'manual', 'schedule')),
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'waiting', 'complete', 'incomplete', 'failed', 'cancelled')),
    entities text[] NOT NULL,
    error text,
    cancel_requested boolean NOT NULL DEFAULT false,
    verified boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (store_id, id),
    FOREIGN KEY (store_id, integration_id) REFERENCES integration (store_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE sync_run IS 'One synchronisation of an integration.';
COMMENT ON COLUMN sync_run.store_id IS 'the store';
COMMENT ON COLUMN sync_run.id IS 'UUIDv7';
COMMENT ON COLUMN sync_run.integration_id IS 'whose';
COMMENT ON COLUMN sync_run.mode IS 'full: from the beginning; incremental: since the saved cursor; verify: full, then absent records are confirmed gone';
COMMENT ON COLUMN sync_run.trigger IS 'who asked';
COMMENT ON COLUMN sync_run.status IS 'waiting: between attempts; incomplete: ended, but something is missing (see error)';
COMMENT ON COLUMN sync_run.entities IS 'in order';
COMMENT ON COLUMN sync_run.error IS 'why it waits, failed or is incomplete';
COMMENT ON COLUMN sync_run.cancel_requested IS 'a person asked to stop';
COMMENT ON COLUMN sync_run.verified IS 'counts on both sides agreed at the end';
COMMENT ON COLUMN sync_run.created_at IS 'when it was asked for';
COMMENT ON COLUMN sync_run.started_at IS 'first page asked for';
COMMENT ON COLUMN sync_run.finished_at IS 'end';
CREATE INDEX sync_run_integration ON sync_run (store_id, integration_id, id DESC);
CREATE UNIQUE INDEX sync_run_one ON sync_run (integration_id) WHERE status IN ('queued', 'running', 'waiting');
SELECT souk_tenant('sync_run', 'store_id', true);

CREATE TABLE sync_run_entity (
    store_id uuid NOT NULL,
    run_id uuid NOT NULL,
    entity text NOT NULL,
    position smallint NOT NULL,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done')),
    cursor text NOT NULL DEFAULT '',
    pages bigint NOT NULL DEFAULT 0,
    processed bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    stale bigint NOT NULL DEFAULT 0,
    rejects bigint NOT NULL DEFAULT 0,
    total bigint,
    remote_count bigint,
    local_count bigint,
    started_at timestamptz,
    updated_at timestamptz,
    PRIMARY KEY (store_id, run_id, entity),
    FOREIGN KEY (store_id, run_id) REFERENCES sync_run (store_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE sync_run_entity IS 'Progress of one entity within a run, saved with each page.';
COMMENT ON COLUMN sync_run_entity.store_id IS 'the store';
COMMENT ON COLUMN sync_run_entity.run_id IS 'the run';
COMMENT ON COLUMN sync_run_entity.entity IS 'leading entity: customer, product, order';
COMMENT ON COLUMN sync_run_entity.position IS 'order within the run';
COMMENT ON COLUMN sync_run_entity.status IS 'state';
COMMENT ON COLUMN sync_run_entity.cursor IS 'where the next page starts; saved with the page''s rows';
COMMENT ON COLUMN sync_run_entity.pages IS 'pages saved';
COMMENT ON COLUMN sync_run_entity.processed IS 'leading records met, unreadable ones included';
COMMENT ON COLUMN sync_run_entity.changed IS 'rows written';
COMMENT ON COLUMN sync_run_entity.stale IS 'records older than what is stored';
COMMENT ON COLUMN sync_run_entity.rejects IS 'records that could not be read';
COMMENT ON COLUMN sync_run_entity.total IS 'what the platform says there is; null: it does not say';
COMMENT ON COLUMN sync_run_entity.remote_count IS 'leading records on the platform at the end (verification)';
COMMENT ON COLUMN sync_run_entity.local_count IS 'leading records here at the end (verification)';
COMMENT ON COLUMN sync_run_entity.started_at IS 'first page';
COMMENT ON COLUMN sync_run_entity.updated_at IS 'last page';
SELECT souk_tenant('sync_run_entity');

CREATE TABLE sync_seen (
    store_id uuid NOT NULL,
    run_id uuid NOT NULL,
    entity text NOT NULL,
    external_id text NOT NULL,
    PRIMARY KEY (store_id, run_id, entity, external_id)
);
COMMENT ON TABLE sync_seen IS 'Leading records a full run has met: what is here but was not met is confirmed gone one by one. Emptied when the run ends.';
COMMENT ON COLUMN sync_seen.store_id IS 'the store';
COMMENT ON COLUMN sync_seen.run_id IS 'the run';
COMMENT ON COLUMN sync_seen.entity IS 'leading entity: customer, product, order';
COMMENT ON COLUMN sync_seen.external_id IS 'the platform''s id';
SELECT souk_tenant('sync_seen', 'store_id', true);

CREATE TABLE webhook_key (
    integration_id uuid NOT NULL,
    key text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (integration_id, key)
);
COMMENT ON TABLE webhook_key IS 'Event keys of the last seven days: the same event is stored once, whatever the partition.';
COMMENT ON COLUMN webhook_key.integration_id IS 'whose event';
COMMENT ON COLUMN webhook_key.key IS 'the platform''s key of the event';
COMMENT ON COLUMN webhook_key.received_at IS 'pruned seven days later';
CREATE INDEX webhook_key_age ON webhook_key USING brin (received_at);
GRANT SELECT, INSERT, DELETE ON webhook_key TO souk_worker;

CREATE TABLE webhook (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    integration_id uuid NOT NULL,
    platform text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    account text NOT NULL,
    triggered_at timestamptz,
    headers jsonb NOT NULL,
    body bytea COMPRESSION lz4 NOT NULL,
    people bytea[] NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'stale', 'ignored', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    crashes integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    reason text,
    processed_at timestamptz,
    PRIMARY KEY (store_id, id, received_at)
) PARTITION BY RANGE (received_at);
COMMENT ON TABLE webhook IS 'The inbox: every verified event, raw, and what became of it.';
COMMENT ON COLUMN webhook.store_id IS 'the store';
COMMENT ON COLUMN webhook.id IS 'UUIDv7; the order within a lane';
COMMENT ON COLUMN webhook.received_at IS 'when it was received';
COMMENT ON COLUMN webhook.integration_id IS 'lane';
COMMENT ON COLUMN webhook.platform IS 'plugin domain';
COMMENT ON COLUMN webhook.topic IS 'the platform''s topic';
COMMENT ON COLUMN webhook.key IS 'the platform''s key of the event';
COMMENT ON COLUMN webhook.account IS 'the platform''s account id';
COMMENT ON COLUMN webhook.triggered_at IS 'when it happened, by the platform';
COMMENT ON COLUMN webhook.headers IS 'request headers, credentials left out';
COMMENT ON COLUMN webhook.body IS 'the exact bytes of the event';
COMMENT ON COLUMN webhook.people IS 'keyed hashes of the ids of the people in it, for erasure';
COMMENT ON COLUMN webhook.state IS 'done: applied; stale: older than what is stored; ignored: nothing to do; dead: parked with a reason';
COMMENT ON COLUMN webhook.attempts IS 'counted before the plugin is called';
COMMENT ON COLUMN webhook.crashes IS 'tries alone after a host died with it in hand; counted before the plugin is called';
COMMENT ON COLUMN webhook.next_attempt_at IS 'not before; null: now';
COMMENT ON COLUMN webhook.reason IS 'why stale, ignored, dead or tried again';
COMMENT ON COLUMN webhook.processed_at IS 'when it left waiting';
CREATE INDEX webhook_waiting ON webhook (integration_id, id) WHERE state = 'waiting';
CREATE INDEX webhook_recent ON webhook (store_id, id DESC);
CREATE INDEX webhook_dead ON webhook (store_id, id DESC) WHERE state = 'dead';
SELECT souk_tenant('webhook', 'store_id', true);

CREATE TABLE webhook_lane (
    store_id uuid NOT NULL,
    integration_id uuid PRIMARY KEY,
    pending_since timestamptz,
    run_at timestamptz NOT NULL DEFAULT now(),
    lease_owner text,
    lease_until timestamptz,
    fence bigint NOT NULL DEFAULT 0,
    suspects uuid[] NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE webhook_lane IS 'One row per integration that has or had events: who drains it.';
COMMENT ON COLUMN webhook_lane.store_id IS 'the store';
COMMENT ON COLUMN webhook_lane.integration_id IS 'the lane';
COMMENT ON COLUMN webhook_lane.pending_since IS 'oldest event that may wait; null: empty as far as known';
COMMENT ON COLUMN webhook_lane.run_at IS 'not before (backoff)';
COMMENT ON COLUMN webhook_lane.lease_owner IS 'host that drains it now';
COMMENT ON COLUMN webhook_lane.lease_until IS 'its lease';
COMMENT ON COLUMN webhook_lane.fence IS 'grows with every lease';
COMMENT ON COLUMN webhook_lane.suspects IS 'events in hand when a host last died: tried one by one';
ALTER TABLE webhook_lane SET (fillfactor = 50);
CREATE INDEX webhook_lane_due ON webhook_lane (run_at) WHERE pending_since IS NOT NULL;
SELECT souk_tenant('webhook_lane', 'store_id', true);

CREATE TABLE sync_log (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    integration_id uuid NOT NULL,
    entity text NOT NULL,
    external_id text NOT NULL,
    entity_id uuid,
    action text NOT NULL CHECK (action IN ('created', 'updated', 'deleted', 'stale', 'refetch', 'rejected', 'noticed')),
    cause text NOT NULL CHECK (cause IN ('webhook', 'sync', 'refetch', 'connect')),
    cause_id uuid,
    detail text,
    PRIMARY KEY (store_id, id, at)
) PARTITION BY RANGE (at);
COMMENT ON TABLE sync_log IS 'What was done to each entity, by which event or run, with what result. No personal data.';
COMMENT ON COLUMN sync_log.store_id IS 'the store';
COMMENT ON COLUMN sync_log.id IS 'UUIDv7';
COMMENT ON COLUMN sync_log.at IS 'when';
COMMENT ON COLUMN sync_log.integration_id IS 'by which integration';
COMMENT ON COLUMN sync_log.entity IS 'product, customer, order, location, stock, integration';
COMMENT ON COLUMN sync_log.external_id IS 'the platform''s id';
COMMENT ON COLUMN sync_log.entity_id IS 'our id, where there is a row';
COMMENT ON COLUMN sync_log.action IS 'what was done; unchanged rows are not logged';
COMMENT ON COLUMN sync_log.cause IS 'by what';
COMMENT ON COLUMN sync_log.cause_id IS 'webhook id, sync run id or job id';
COMMENT ON COLUMN sync_log.detail IS 'why, in a sentence';
CREATE INDEX sync_log_entity ON sync_log (store_id, entity, external_id, id DESC);
CREATE INDEX sync_log_recent ON sync_log (store_id, id DESC);
SELECT souk_tenant('sync_log');

CREATE TABLE change (
    store_id uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    integration_id uuid,
    kind text NOT NULL,
    entity text NOT NULL,
    entity_id uuid,
    PRIMARY KEY (store_id, id)
);
COMMENT ON TABLE change IS 'The change feed: one row per changed entity, written in the transaction it tells of.';
COMMENT ON COLUMN change.store_id IS 'the store';
COMMENT ON COLUMN change.xid IS 'readers go in (xid, id) order, never past the oldest running transaction';
COMMENT ON COLUMN change.id IS 'UUIDv7';
COMMENT ON COLUMN change.at IS 'when';
COMMENT ON COLUMN change.integration_id IS 'by which integration, if any';
COMMENT ON COLUMN change.kind IS 'product.updated, order.created, integration.updated, sync.progress, ...';
COMMENT ON COLUMN change.entity IS 'product, customer, order, stock, location, integration, sync_run';
COMMENT ON COLUMN change.entity_id IS 'our id';
CREATE INDEX change_feed ON change (store_id, xid, id);
SELECT souk_tenant('change', 'store_id', true);

-- Makes the weekly partitions from last week to `days` days ahead; run here and hourly by the host.
-- The default partitions catch what falls outside, so an insert never fails for want of one; what
-- they caught moves into its week's partition when that is made.
CREATE TABLE webhook_default PARTITION OF webhook DEFAULT;
CREATE TABLE sync_log_default PARTITION OF sync_log DEFAULT;
CREATE FUNCTION souk_make_partitions(days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made integer := 0;
    base text;
    at_column text;
    day date;
    part text;
    first timestamptz;
    beyond timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(1936684395, 2);  -- hosts do this at the same time
    FOR base, at_column IN VALUES ('webhook', 'received_at'), ('sync_log', 'at') LOOP
        FOR day IN SELECT generate_series(date_trunc('week', now() - interval '7 days'), now() + make_interval(days => days), '7 days')::date LOOP
            part := format('%s_%s', base, to_char(day, 'YYYYMMDD'));
            CONTINUE WHEN to_regclass(part) IS NOT NULL;
            first := day::timestamp AT TIME ZONE 'UTC';
            beyond := (day + 7)::timestamp AT TIME ZONE 'UTC';
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, base);
            EXECUTE format('WITH caught AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM caught',
                           base || '_default', at_column, first, at_column, beyond, part);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', base, part, first, beyond);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
COMMENT ON FUNCTION souk_make_partitions IS 'Makes weekly partitions of webhook and sync_log up to the given days ahead; answers how many.';
REVOKE ALL ON FUNCTION souk_make_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION souk_make_partitions TO souk_worker;
SELECT souk_make_partitions(28);
