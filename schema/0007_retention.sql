-- Retention: the change feed forgets from its beginning, webhook and sync_log by whole weeks.

CREATE TABLE change_edge (
    store_id uuid NOT NULL,
    xid xid8 NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (store_id)
);
COMMENT ON TABLE change_edge IS 'Up to where a store''s change feed was pruned: whoever comes from before it has missed something.';
COMMENT ON COLUMN change_edge.store_id IS 'the store';
COMMENT ON COLUMN change_edge.xid IS 'of the last pruned change';
COMMENT ON COLUMN change_edge.id IS 'of the last pruned change';
SELECT souk_tenant('change_edge', 'store_id', true);

-- Takes away the weeks of `base` (webhook or sync_log) that ended before `before`, the oldest first, and what the
-- default partition caught before it. A week in which an event still waits stays. The lock on the whole table is
-- asked for briefly: who is refused comes again in an hour, and nobody stands in line behind a slow reader for long.
CREATE FUNCTION souk_drop_partitions(base text, before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    dropped integer := 0;
    at_column text := CASE base WHEN 'webhook' THEN 'received_at' WHEN 'sync_log' THEN 'at' END;
    ended text[];
    part text;
    waits boolean := false;
BEGIN
    IF at_column IS NULL THEN
        RAISE EXCEPTION 'souk_drop_partitions knows webhook and sync_log, not %', base;
    END IF;
    PERFORM pg_advisory_xact_lock(1936684395, 2);  -- hosts do this at the same time
    SELECT coalesce(array_agg(c.relname ORDER BY c.relname), '{}') INTO ended
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass(base) AND c.relname ~ ('^' || base || '_[0-9]{8}$')
       AND (to_date(right(c.relname, 8), 'YYYYMMDD') + 7)::timestamp AT TIME ZONE 'UTC' <= before;
    IF ended <> '{}' THEN
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', base);
    END IF;
    FOREACH part IN ARRAY ended LOOP
        IF base = 'webhook' THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE state = ''waiting'')', part) INTO waits;
        END IF;
        CONTINUE WHEN waits;
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    EXECUTE format('DELETE FROM %I WHERE %I < %L', base || '_default', at_column, before)
        || CASE base WHEN 'webhook' THEN ' AND state <> ''waiting''' ELSE '' END;
    RETURN dropped;
END $$;
COMMENT ON FUNCTION souk_drop_partitions IS 'Drops the weeks of webhook or sync_log that ended before the given time; answers how many.';
REVOKE ALL ON FUNCTION souk_drop_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION souk_drop_partitions TO souk_worker;
