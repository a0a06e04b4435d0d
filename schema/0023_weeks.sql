-- As before, but whoever writes into the default partition is waited for first: a row that came after the move and
-- before the new week was there would refuse it. Not for long, for others wait behind: the next hour tries again. Tables
-- come in the order drainers write them.

CREATE OR REPLACE FUNCTION souk_make_partitions(days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
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
    FOR base, at_column IN VALUES ('sync_log', 'at'), ('webhook', 'received_at') LOOP
        FOR day IN SELECT generate_series(date_trunc('week', now() - interval '7 days'), now() + make_interval(days => days), '7 days')::date LOOP
            part := format('%s_%s', base, to_char(day, 'YYYYMMDD'));
            CONTINUE WHEN to_regclass(part) IS NOT NULL;
            first := day::timestamp AT TIME ZONE 'UTC';
            beyond := (day + 7)::timestamp AT TIME ZONE 'UTC';
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, base);
            EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', base || '_default');
            EXECUTE format('WITH caught AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM caught',
                           base || '_default', at_column, first, at_column, beyond, part);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', base, part, first, beyond);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
