-- The newest $4 cases between the ids $1 and $2 that $6 to $14 let through, of the newest $3.
WITH found AS MATERIALIZED (
    SELECT ARRAY(SELECT looked.id
                   FROM (SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits
                           FROM cases AS c
                          WHERE c.id > $1::uuid AND c.id < $2::uuid
                          ORDER BY c.id DESC
                          LIMIT $3::bigint) AS looked
                  WHERE looked.fits
                  LIMIT $4::bigint) AS ids
), ended AS MATERIALIZED (
    SELECT id
      FROM cases
     WHERE (SELECT cardinality(ids) FROM found) < $4 AND id > $1 AND id < $2
     ORDER BY id DESC
    OFFSET $3 - 1
     LIMIT 1
)
\ir parts/list_end.sql
