-- The newest $4 cases between the ids $1 and $2 that $6 to $14 let through and whose published texts with the
-- reference hold each of the patterns $15, of the newest $3 that are published.
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
), ended AS MATERIALIZED (
    SELECT case_id AS id
      FROM publications
     WHERE (SELECT cardinality(ids) FROM found) < $4 AND case_id > $1 AND case_id < $2
     ORDER BY case_id DESC
    OFFSET $3 - 1
     LIMIT 1
)
\ir parts/list_end.sql
