-- The cases that changed from $1 on and before the case $3 at $2, the last $4 to change first.
SELECT p.*
  FROM public_cases AS p
 WHERE p.updated_at >= $1::timestamptz AND (p.updated_at, p.id) < ($2::timestamptz, $3::uuid)
 ORDER BY p.updated_at DESC, p.id DESC
 LIMIT $4::bigint
