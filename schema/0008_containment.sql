-- Work that ends hosts or never comes back is recognised and put aside.

ALTER TABLE job ADD COLUMN crashes integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN job.crashes IS 'tries that cost a host or a thread, as far as it is certain that this job was the cause; third time dead';
COMMENT ON COLUMN webhook.crashes IS 'tries that cost a host or a thread, as far as it is certain that this event was the cause; third time dead';

ALTER TABLE sync_run_entity ADD COLUMN landmark text NOT NULL DEFAULT '', ADD COLUMN barren integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN sync_run_entity.landmark IS 'cursor after page 1, 2, 4, 8, ...: met again, the pages go in circles';
COMMENT ON COLUMN sync_run_entity.barren IS 'pages in a row that brought nothing new';
