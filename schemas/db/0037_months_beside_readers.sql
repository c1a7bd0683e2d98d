-- A month's partition is made beside the table and hung into it then: that waits for nobody who reads
-- events, and nobody who writes waits for it. Made as a partition at once it would lock them all out,
-- behind a backup for as long as that takes; and tracker makes it in the transaction that needs it.
CREATE OR REPLACE FUNCTION make_event_partitions(around timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date;
    part text;
BEGIN
    FOR month IN SELECT generate_series(date_trunc('month', around AT TIME ZONE 'UTC')
                                            - interval '1 month',
                                        date_trunc('month', around AT TIME ZONE 'UTC')
                                            + interval '3 months', interval '1 month')::date
    LOOP
        part := format('events_%s', to_char(month, 'YYYY_MM'));
        IF to_regclass(part) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS'
                           ' INCLUDING STORAGE INCLUDING COMPRESSION)', part);
            EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part,
                           month::timestamp AT TIME ZONE 'UTC',
                           (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        END IF;
    END LOOP;
END
$$;
