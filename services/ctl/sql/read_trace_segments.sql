-- The segments of the case $1 in the order in which they began: units that had it or took part, and
-- the times when its clock stood.
SELECT role, number, unit, assigned_at, accepted_at, finished_at, due_at
  FROM tasks
 WHERE case_id = $1::uuid
UNION ALL
SELECT kind, NULL, NULL, since, NULL, until, NULL
  FROM pauses
 WHERE case_id = $1::uuid
 ORDER BY 4, 2 NULLS LAST
