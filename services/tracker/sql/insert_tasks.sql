-- New tasks, open and waiting for their unit.
INSERT INTO tasks (case_id, number, role, unit, priority, assigned_at, due_at, raised, next_at,
                   state)
SELECT *, 'open'
  FROM unnest($1::uuid[], $2::int2[], $3::text[], $4::text[], $5::int2[], $6::timestamptz[],
              $7::timestamptz[], $8::int4[], $9::timestamptz[])
