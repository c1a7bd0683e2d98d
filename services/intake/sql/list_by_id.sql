-- The cases between the ids $1 and $2, the newest $3 of them.
SELECT p.*
  FROM public_cases AS p
 WHERE p.id > $1::uuid AND p.id < $2::uuid
 ORDER BY p.id DESC
 LIMIT $3::bigint
