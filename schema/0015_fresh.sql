-- Events that never failed have an index of their own, as those that rest have: where thousands rest, whoever takes
-- what may be tried now reads none of them. The index of both is no longer asked for anything.

CREATE INDEX webhook_fresh ON webhook (integration_id, id) WHERE state = 'waiting' AND next_attempt_at IS NULL;
DROP INDEX webhook_waiting;

ALTER TABLE webhook_lane ADD COLUMN resting boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN webhook_lane.resting IS 'every event of it rests after a failure: run_at is when the first is due, an event that comes is not held';

-- As before, but asking each of the two indexes.
CREATE OR REPLACE FUNCTION souk_drop_partitions(base text, before timestamptz) RETURNS integer
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
            EXECUTE format('SELECT EXISTS (SELECT FROM %1$I WHERE state = ''waiting'' AND next_attempt_at IS NULL)'
                           ' OR EXISTS (SELECT FROM %1$I WHERE state = ''waiting'' AND next_attempt_at IS NOT NULL)',
                           part) INTO waits;
        END IF;
        CONTINUE WHEN waits;
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    EXECUTE format('DELETE FROM %I WHERE %I < %L', base || '_default', at_column, before)
        || CASE base WHEN 'webhook' THEN ' AND state <> ''waiting''' ELSE '' END;
    RETURN dropped;
END $$;
