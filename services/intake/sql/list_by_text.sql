-- The newest $4 cases between the ids $1 and $2 that $6 to $14 let through and whose published texts with the
-- reference hold each of the patterns $15, of the newest $3 that are published, without the first $5; nth
-- and is_end are as in list_by_id.sql.
WITH found AS MATERIALIZED (
    SELECT ARRAY(SELECT t.case_id
                   FROM (SELECT case_id, folded
                           FROM publications
                          WHERE case_id > $1::uuid AND case_id < $2::uuid
                          ORDER BY case_id DESC
                          LIMIT $3::bigint) AS t
                   JOIN cases AS c ON c.id = t.case_id
                  WHERE t.folded LIKE ALL ($15::text[])
                    AND case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                  ORDER BY t.case_id DESC
                  LIMIT $4::bigint) AS ids
)
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT $5 + w.n AS nth, false AS is_end, w.id
          FROM found
         CROSS JOIN unnest(ids[$5::bigint + 1:]) WITH ORDINALITY AS w (id, n)
         UNION ALL
        SELECT cardinality(f.ids) + 1, true, e.id
          FROM found AS f
         CROSS JOIN LATERAL (SELECT case_id AS id
                               FROM publications
                              WHERE cardinality(f.ids) < $4 AND case_id > $1 AND case_id < $2
                              ORDER BY case_id DESC
                             OFFSET $3 - 1
                              LIMIT 1) AS e
         ORDER BY 1) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.nth
