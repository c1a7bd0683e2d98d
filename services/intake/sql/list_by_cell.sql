-- The cases between the ids $1 and $2 of the squares $4, the newest $3 of them.
SELECT p.*
  FROM (SELECT c.id
          FROM unnest($4::integer[]) AS k (key)
         CROSS JOIN LATERAL (SELECT id
                               FROM cases
                              WHERE place_cell(lat, lon) = k.key AND kind = 'field_report' AND lat IS NOT NULL
                                AND id > $1::uuid AND id < $2::uuid
                              ORDER BY id DESC
                              LIMIT $3::bigint) AS c
         ORDER BY c.id DESC
         LIMIT $3) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.id DESC
