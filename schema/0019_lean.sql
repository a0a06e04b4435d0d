-- Less to keep for every row that is written: no index that another one serves as well, and the store's id is read from
-- its setting once a statement instead of once a row.

-- (store_id, id) begins the primary key of both.
DROP INDEX sync_log_recent;
DROP INDEX webhook_recent;

-- The feed's order is its key: nobody asks for a step by its id alone.
CREATE UNIQUE INDEX change_key ON change (store_id, xid, id);
ALTER TABLE change DROP CONSTRAINT change_pkey;
ALTER TABLE change ADD CONSTRAINT change_pkey PRIMARY KEY USING INDEX change_key;
DROP INDEX change_feed;

-- As before, but all of the rule beside the column is one subselect: what is outside of it PostgreSQL works out anew for
-- every row it tests, and a row that is written is tested up to twice.
CREATE OR REPLACE FUNCTION souk_tenant(t regclass, store_column text DEFAULT 'store_id', with_worker boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rule text := format('%I = (SELECT nullif(current_setting(''souk.store_id'', true), '''')::uuid)', store_column);
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY store_only ON %s TO souk_app USING (%s) WITH CHECK (%s)', t, rule, rule);
    EXECUTE format('CREATE POLICY owner_all ON %s TO souk_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO souk_app', t);
    IF with_worker THEN
        EXECUTE format('CREATE POLICY worker_all ON %s TO souk_worker USING (true) WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO souk_worker', t);
    END IF;
END $$;

DO $$
DECLARE
    name text;
    rule text;
BEGIN
    FOR name IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'store_only' LOOP
        rule := format('%I = (SELECT nullif(current_setting(''souk.store_id'', true), '''')::uuid)',
                       CASE name WHEN 'store' THEN 'id' ELSE 'store_id' END);
        EXECUTE format('ALTER POLICY store_only ON %I USING (%s) WITH CHECK (%s)', name, rule, rule);
    END LOOP;
END $$;
