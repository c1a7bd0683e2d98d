-- The newest $4 cases between the ids $1 and $2 that $6 to $14 let through and whose published texts, or
-- references, hold each of the patterns $15, of the newest $3 that are published, without the first $5; nth
-- and is_end are as in list_by_id.sql.
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT looked.id, looked.n = $3 AS is_end, row_number() OVER (ORDER BY looked.id DESC) AS nth
          FROM (SELECT t.case_id AS id, row_number() OVER (ORDER BY t.case_id DESC) AS n,
                       t.folded || E'\n' || lower(c.reference) LIKE ALL ($15::text[])
                           AND case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits
                  FROM (SELECT case_id, folded
                          FROM publications
                         WHERE case_id > $1::uuid AND case_id < $2::uuid
                         ORDER BY case_id DESC
                         LIMIT $3::bigint) AS t
                  JOIN cases AS c ON c.id = t.case_id
                 ORDER BY t.case_id DESC) AS looked
         WHERE looked.fits OR looked.n = $3
         ORDER BY looked.id DESC
         LIMIT $4::bigint) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 WHERE walked.nth > $5::bigint OR walked.is_end
 ORDER BY walked.id DESC
