-- Cases that ended after their promise, from when to when they were late, and when somebody apologised.
INSERT INTO late_cases (id, unit, service, late, apologised_at)
SELECT id, unit, service, tstzrange(due_at, ended_at), apologised_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
       AS n (id, unit, service, due_at, ended_at, apologised_at)
    ON CONFLICT (id) DO UPDATE
   SET unit = EXCLUDED.unit, late = EXCLUDED.late, apologised_at = EXCLUDED.apologised_at
