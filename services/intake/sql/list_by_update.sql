-- The $4 cases that changed last, from $1 on and before the case $15 at $2, that $6 to $14 let through, of the
-- last $3 that changed, without the first $5; nth and is_end are as in list_by_id.sql.
WITH found AS MATERIALIZED (
    SELECT ARRAY(SELECT looked.id
                   FROM (SELECT h.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits
                           FROM case_changes AS h
                           JOIN cases AS c ON c.id = h.id AND greatest(c.received_at, c.answered_at, c.closed_at) = h.at
                          WHERE h.at >= $1::timestamptz AND (h.at, h.id) < ($2::timestamptz, $15::uuid)
                          ORDER BY h.at DESC, h.id DESC
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
         CROSS JOIN LATERAL (SELECT h.id
                               FROM case_changes AS h
                               JOIN cases AS c ON c.id = h.id AND greatest(c.received_at, c.answered_at, c.closed_at) = h.at
                              WHERE cardinality(f.ids) < $4 AND h.at >= $1 AND (h.at, h.id) < ($2, $15)
                              ORDER BY h.at DESC, h.id DESC
                             OFFSET $3 - 1
                              LIMIT 1) AS e
         ORDER BY 1) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.nth
