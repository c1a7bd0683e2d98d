-- The cases with the references $4 that lie between the ids $1 and $2, the newest $3 of them.
SELECT p.*
  FROM unnest($4::text[]) AS k (reference)
  JOIN public_cases AS p ON p.reference = k.reference
 WHERE p.id > $1::uuid AND p.id < $2::uuid
 ORDER BY p.id DESC
 LIMIT $3::bigint
