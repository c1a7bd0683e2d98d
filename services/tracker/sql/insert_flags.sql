-- Flags that were raised, each once for its task and level.
INSERT INTO flags (case_id, task, level, moment, raised_at)
SELECT * FROM unnest($1::uuid[], $2::int2[], $3::text[], $4::timestamptz[], $5::timestamptz[])
