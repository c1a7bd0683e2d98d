-- The cases that changed from $1 on and before the case $3 at $2, the last $4 to change first.
SELECT p.*
  FROM case_changes AS h
  JOIN public_cases AS p ON p.id = h.id AND p.updated_at = h.at
 WHERE h.at >= $1::timestamptz AND (h.at, h.id) < ($2::timestamptz, $3::uuid)
 ORDER BY h.at DESC, h.id DESC
 LIMIT $4::bigint
