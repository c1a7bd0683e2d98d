-- The open tasks whose next flag falls due until $1, the earliest first, at most $2. Walks the
-- left end of tasks_open, so it costs the same however many tasks are open.
SELECT case_id, number, next_at
  FROM tasks
 WHERE finished_at IS NULL AND next_at <= $1::timestamptz
 ORDER BY next_at
 LIMIT $2::bigint
