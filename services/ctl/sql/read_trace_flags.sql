-- The flags of the case $1 in the order of their moments.
SELECT task, level, moment, raised_at, cleared_at
  FROM flags
 WHERE case_id = $1::uuid
 ORDER BY moment, raised_at, level
