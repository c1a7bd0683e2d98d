-- Flags that were raised, each once for its task and level.
INSERT INTO flags (case_id, task, level, moment, raised_at)
SELECT unnest($1::uuid[]), unnest($2::int2[]), unnest($3::text[]), unnest($4::timestamptz[]),
       unnest($5::timestamptz[])
