-- The open cases between the ids $1 and $2, the newest $3 of them.
SELECT p.*
  FROM (SELECT c.id
          FROM services AS s
         CROSS JOIN LATERAL (SELECT id
                               FROM open_cases
                              WHERE service = s.code
                                AND id > $1::uuid AND id < $2::uuid
                              ORDER BY id DESC
                              LIMIT $3::bigint) AS c
         ORDER BY c.id DESC
         LIMIT $3) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.id DESC
