-- The newest $4 cases of the areas, services, units or squares $15 (which of these: $16) between the ids $1
-- and $2 that $6 to $14 let through, without the first $5; nth: which of them. Of each key the newest $3 are
-- looked at. Behind the last of these of the busiest key cases may be missing: when there are fewer than $4,
-- it comes after them (is_end), where the next step goes on.
-- Compared as pairs: with an equation the planner may walk all cases by id and pass over the others.
WITH looked AS MATERIALIZED (
    SELECT l.id, l.fits, l.is_end
      FROM unnest($15::text[]) AS k (key)
     CROSS JOIN LATERAL (
           SELECT n.id, n.fits, n.n = $3 AS is_end
             FROM (SELECT w.id, w.fits, row_number() OVER () AS n
                     FROM ((SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits
                              FROM cases AS c
                             WHERE $16 = 'area' AND c.area IS NOT NULL
                               AND (c.area, c.id) > (k.key, $1::uuid) AND (c.area, c.id) < (k.key, $2::uuid)
                             ORDER BY c.area DESC, c.id DESC
                             LIMIT $3::bigint)
                            UNION ALL
                           (SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                              FROM cases AS c
                             WHERE $16 = 'service'
                               AND (c.service, c.id) > (k.key, $1::uuid) AND (c.service, c.id) < (k.key, $2::uuid)
                             ORDER BY c.service DESC, c.id DESC
                             LIMIT $3::bigint)
                            UNION ALL
                           (SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                              FROM cases AS c
                             WHERE $16 = 'unit'
                               AND (c.unit, c.id) > (k.key, $1::uuid) AND (c.unit, c.id) < (k.key, $2::uuid)
                             ORDER BY c.unit DESC, c.id DESC
                             LIMIT $3::bigint)
                            UNION ALL
                           (SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                              FROM cases AS c
                             WHERE $16 = 'cell' AND c.kind = 'field_report' AND c.lat IS NOT NULL
                               AND (place_cell(c.lat, c.lon), c.id) > (k.key::integer, $1::uuid)
                               AND (place_cell(c.lat, c.lon), c.id) < (k.key::integer, $2::uuid)
                             ORDER BY place_cell(c.lat, c.lon) DESC, c.id DESC
                             LIMIT $3::bigint)) AS w) AS n
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
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT $5 + w.n AS nth, false AS is_end, w.id
          FROM found
         CROSS JOIN unnest(ids[$5::bigint + 1:]) WITH ORDINALITY AS w (id, n)
         UNION ALL
        SELECT cardinality(f.ids) + 1, true, e.id
          FROM found AS f
          JOIN ended AS e ON cardinality(f.ids) < $4
         ORDER BY 1) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.nth
