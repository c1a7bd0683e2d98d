-- The $4 cases that changed last, from $1 on and before the case $15 at $2, that $6 to $14 let through, of the
-- last $3 that changed. Each that is looked at costs a look at its case, so the last of them is not looked for
-- again: they are counted.
WITH looked AS MATERIALIZED (
    SELECT h.at, h.id, h.fits, h.n = $3 AS is_end
      FROM (SELECT h.at, h.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits,
                   row_number() OVER (ORDER BY h.at DESC, h.id DESC) AS n
              FROM case_changes AS h
              JOIN cases AS c ON c.id = h.id AND case_updated_at(c) = h.at
             WHERE h.at >= $1::timestamptz AND (h.at, h.id) < ($2::timestamptz, $15::uuid)
             ORDER BY h.at DESC, h.id DESC
             LIMIT $3::bigint) AS h
     WHERE h.fits OR h.n = $3
     ORDER BY h.at DESC, h.id DESC
     LIMIT $4::bigint
), ended AS MATERIALIZED (
    SELECT id
      FROM looked
     WHERE is_end
), found AS MATERIALIZED (
    SELECT ARRAY(SELECT id FROM looked WHERE fits ORDER BY at DESC, id DESC) AS ids
)
\ir parts/list_end.sql
