-- The segments of the case $1: which unit had it, from when to when.
SELECT number, role, unit, state, worker, assigned_at, accepted_at, finished_at, due_at, outcome
  FROM tasks
 WHERE case_id = $1::uuid
 ORDER BY number
