-- The newest $4 cases between the ids $1 and $2 that $6 to $14 let through, of the newest $3, without the
-- first $5; nth: which of them. When there are fewer, the last of the newest $3 comes after them (is_end), where
-- the next step goes on.
WITH found AS MATERIALIZED (
    SELECT ARRAY(SELECT looked.id
                   FROM (SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits
                           FROM cases AS c
                          WHERE c.id > $1::uuid AND c.id < $2::uuid
                          ORDER BY c.id DESC
                          LIMIT $3::bigint) AS looked
                  WHERE looked.fits
                  LIMIT $4::bigint) AS ids
)
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT $5 + w.n AS nth, false AS is_end, w.id
          FROM found
         CROSS JOIN unnest(ids[$5::bigint + 1:]) WITH ORDINALITY AS w (id, n)
         UNION ALL
        SELECT cardinality(f.ids) + 1, true, e.id
          FROM found AS f
         CROSS JOIN LATERAL (SELECT id
                               FROM cases
                              WHERE cardinality(f.ids) < $4 AND id > $1 AND id < $2
                              ORDER BY id DESC
                             OFFSET $3 - 1
                              LIMIT 1) AS e
         ORDER BY 1) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.nth
