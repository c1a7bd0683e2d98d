-- All cases in the squares of a large place, when they are fewer than $3: the newest $4 between the ids $1 and $2
-- that $6 to $14 let through. When they are more, nothing of them: the walk goes on at the case $2.
-- $15, $16: the first and the last square of each row of squares; $17: whether only open cases are asked for.
WITH met AS MATERIALIZED (
    SELECT w.id, w.fits
      FROM unnest($15::integer[], $16::integer[]) AS r (first, last)
     CROSS JOIN LATERAL ((SELECT c.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits
                            FROM cases AS c
                           WHERE NOT $17::boolean AND c.kind = 'field_report' AND c.lat IS NOT NULL
                             AND place_cell(c.lat, c.lon) BETWEEN r.first AND r.last
                           LIMIT $3::bigint)
                          UNION ALL
                         (SELECT o.id, NULL
                            FROM open_cases AS o
                           WHERE $17 AND o.cell IS NOT NULL AND o.cell BETWEEN r.first AND r.last
                           LIMIT $3)) AS w
     LIMIT $3
), ended AS MATERIALIZED (
    SELECT $2::uuid AS id
      FROM met
    HAVING count(*) = $3
), found AS MATERIALIZED (
    SELECT ARRAY(SELECT m.id
                   FROM met AS m
                  WHERE NOT EXISTS (SELECT FROM ended) AND m.id > $1::uuid AND m.id < $2
                    AND coalesce(m.fits, (SELECT case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                                            FROM cases AS c
                                           WHERE c.id = m.id))
                  ORDER BY m.id DESC
                  LIMIT $4::bigint) AS ids
)
\ir parts/list_end.sql
