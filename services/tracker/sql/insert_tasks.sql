-- New tasks, open and waiting for their unit.
INSERT INTO tasks (case_id, number, role, unit, priority, assigned_at, due_at, raised, next_at,
                   state)
SELECT unnest($1::uuid[]), unnest($2::int2[]), unnest($3::text[]), unnest($4::text[]), unnest($5::int2[]),
       unnest($6::timestamptz[]), unnest($7::timestamptz[]), unnest($8::int4[]),
       unnest($9::timestamptz[]), 'open'
