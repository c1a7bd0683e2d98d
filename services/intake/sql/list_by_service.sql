-- The newest $4 cases of the services $11 between the ids $1 and $2 that $5 to $10 let through,
-- of the newest $3 of each; is_end: the last of these, where the next step goes on.
-- Compared as pairs: with an equation the planner may walk all cases by id and pass over the others.
SELECT walked.is_end, p.*
  FROM (SELECT l.id, l.is_end
          FROM unnest($11::text[]) AS k (key)
         CROSS JOIN LATERAL (SELECT looked.id, looked.n = $3 AS is_end
                               FROM (SELECT c.id, case_fits(c, $5, $6, $7, $8, $9, $10) AS fits,
                                            row_number() OVER (ORDER BY c.service DESC, c.id DESC) AS n
                                       FROM cases AS c
                                      WHERE (c.service, c.id) > (k.key, $1::uuid)
                                        AND (c.service, c.id) < (k.key, $2::uuid)
                                      ORDER BY c.service DESC, c.id DESC
                                      LIMIT $3::bigint) AS looked
                              WHERE looked.fits OR looked.n = $3
                              ORDER BY looked.n
                              LIMIT $4::bigint) AS l
         ORDER BY l.id DESC
         LIMIT $4) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.id DESC
