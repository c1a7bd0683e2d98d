-- The newest $4 cases of the keys $15 between the ids $1 and $2 that $6 to $14 let through. Of each key the
-- newest $3 are looked at: behind the last of these of the busiest key cases may be missing, so looking ends there.
-- :key, :type: a column of cases and its type; :has: the condition of its index.
-- Compared as pairs: with an equation the planner may walk all cases by id and pass over the others.
WITH looked AS MATERIALIZED (
    SELECT l.id, l.fits, l.is_end
      FROM unnest($15:::type[]) AS k (key)
     CROSS JOIN LATERAL (
           SELECT n.id, n.fits, n.n = $3 AS is_end
             FROM (SELECT w.id, w.fits, row_number() OVER () AS n
                     FROM (SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits
                             FROM cases AS c
                            WHERE :has
                              AND (:key, c.id) > (k.key, $1::uuid)
                              AND (:key, c.id) < (k.key, $2::uuid)
                            ORDER BY :key DESC, c.id DESC
                            LIMIT $3::bigint) AS w) AS n
            WHERE n.fits OR n.n = $3
            LIMIT $4::bigint) AS l
), ended AS MATERIALIZED (
    SELECT id
      FROM looked
     WHERE is_end
     ORDER BY id DESC
     LIMIT 1
), found AS MATERIALIZED (
    SELECT ARRAY(SELECT id
                   FROM looked
                  WHERE fits AND id >= coalesce((SELECT id FROM ended), $1)
                  ORDER BY id DESC
                  LIMIT $4) AS ids
)
\ir list_end.sql
