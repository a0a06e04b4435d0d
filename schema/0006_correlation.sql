-- One id from receipt to rows: what came of a request is found by the id its answer carried.

ALTER TABLE webhook ADD COLUMN correlation_id uuid;
ALTER TABLE job ADD COLUMN correlation_id uuid;
ALTER TABLE sync_log ADD COLUMN correlation_id uuid;
ALTER TABLE connect_state ADD COLUMN correlation_id uuid;
COMMENT ON COLUMN webhook.correlation_id IS 'of the request that delivered it';
COMMENT ON COLUMN job.correlation_id IS 'of what asked for it; null: its own id serves';
COMMENT ON COLUMN sync_log.correlation_id IS 'of the request or job behind it';
COMMENT ON COLUMN connect_state.correlation_id IS 'of the request that began to connect';
-- Ids of one request lie together and new ones come at the end: cheap to keep.
CREATE INDEX webhook_correlation ON webhook (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX sync_log_correlation ON sync_log (correlation_id) WHERE correlation_id IS NOT NULL;

-- The host's own figures (/metrics) read progress and budgets of all stores.
GRANT SELECT ON sync_run_entity, rate_budget TO souk_worker;
CREATE POLICY worker_reads ON sync_run_entity FOR SELECT TO souk_worker USING (true);
CREATE POLICY worker_reads ON rate_budget FOR SELECT TO souk_worker USING (true);
