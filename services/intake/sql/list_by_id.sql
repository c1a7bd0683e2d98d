-- The newest $4 cases between the ids $1 and $2 that $6 to $14 let through, of the newest $3, without the
-- first $5; nth: which of them; is_end: the last of the newest $3, where the next step goes on.
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT looked.id, looked.n = $3 AS is_end, row_number() OVER (ORDER BY looked.id DESC) AS nth
          FROM (SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits,
                       row_number() OVER (ORDER BY c.id DESC) AS n
                  FROM cases AS c
                 WHERE c.id > $1::uuid AND c.id < $2::uuid
                 ORDER BY c.id DESC
                 LIMIT $3::bigint) AS looked
         WHERE looked.fits OR looked.n = $3
         ORDER BY looked.id DESC
         LIMIT $4::bigint) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 WHERE walked.nth > $5::bigint OR walked.is_end
 ORDER BY walked.id DESC
