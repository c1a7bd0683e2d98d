-- Pauses that begin, and the ends of those that had begun before.
INSERT INTO pauses (case_id, since, until, kind)
SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[])
    ON CONFLICT (case_id, since) DO UPDATE SET until = EXCLUDED.until
