-- The cases with the references $4 that lie between the ids $1 and $2, the newest $3 of them.
SELECT p.*
  FROM (SELECT c.id
          FROM unnest($4::text[]) AS k (key)
         CROSS JOIN LATERAL (SELECT id
                               FROM cases
                              WHERE reference = k.key
                              LIMIT 1) AS c
         WHERE c.id > $1::uuid AND c.id < $2::uuid
         ORDER BY c.id DESC
         LIMIT $3::bigint) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.id DESC
