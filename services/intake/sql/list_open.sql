-- The newest $4 open cases between the ids $1 and $2 that $5 to $10 let through,
-- of the newest $3; is_end: the last of these, where the next step goes on.
SELECT walked.is_end, p.*
  FROM (SELECT looked.id, looked.n = $3 AS is_end
          FROM (SELECT o.id, row_number() OVER (ORDER BY o.id DESC) AS n
                  FROM (SELECT code FROM services) AS k (key)
                 CROSS JOIN LATERAL (SELECT id
                                       FROM open_cases
                                      WHERE service = k.key
                                        AND id > $1::uuid AND id < $2::uuid
                                      ORDER BY id DESC
                                      LIMIT $3::bigint) AS o
                 ORDER BY o.id DESC
                 LIMIT $3) AS looked
          JOIN cases AS c ON c.id = looked.id
         WHERE looked.n = $3 OR case_fits(c, $5, $6, $7, $8, $9, $10)
         ORDER BY looked.id DESC
         LIMIT $4::bigint) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.id DESC
