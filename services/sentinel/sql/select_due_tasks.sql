-- The tasks whose next moment comes until $1, the earliest first, at most $2: those that are open,
-- and those that were answered and have something due afterwards. Walks the left ends of
-- tasks_open and tasks_after, so it costs the same however many tasks there are.
(SELECT case_id, number, next_at
   FROM tasks
  WHERE finished_at IS NULL AND next_at <= $1::timestamptz
  ORDER BY next_at
  LIMIT $2::bigint)
UNION ALL
(SELECT case_id, number, next_at
   FROM tasks
  WHERE finished_at IS NOT NULL AND next_at < 'infinity' AND next_at <= $1::timestamptz
  ORDER BY next_at
  LIMIT $2::bigint)
 ORDER BY next_at
 LIMIT $2::bigint
