-- The newest $4 cases between the ids $1 and $2 that $6 to $14 let through, without the first $5, of what is kept
-- beside cases: open ones of the services or squares $15, or those in the rare states $15 (which of these: $16;
-- NULL: of all services). Of each key the newest $3 are listed, and of all that are the newest $17 looked at; when
-- fewer than $4 fit, the last of these comes after them (is_end); nth and the pairs are as in list_by_key.sql.
WITH listed AS MATERIALIZED (
    SELECT ARRAY(SELECT w.id
                   FROM ((SELECT id
                            FROM open_cases
                           WHERE $16 = 'service'
                             AND (service, id) > (k.key, $1::uuid) AND (service, id) < (k.key, $2::uuid)
                           ORDER BY service DESC, id DESC
                           LIMIT $3::bigint)
                          UNION ALL
                         (SELECT id
                            FROM open_cases
                           WHERE $16 = 'cell' AND cell IS NOT NULL
                             AND (cell, id) > (k.key::integer, $1::uuid) AND (cell, id) < (k.key::integer, $2::uuid)
                           ORDER BY cell DESC, id DESC
                           LIMIT $3::bigint)
                          UNION ALL
                         (SELECT id
                            FROM rare_cases
                           WHERE $16 = 'state'
                             AND (state, id) > (k.key, $1::uuid) AND (state, id) < (k.key, $2::uuid)
                           ORDER BY state DESC, id DESC
                           LIMIT $3::bigint)) AS w) AS ids
      FROM unnest(coalesce($15::text[], ARRAY(SELECT code FROM services))) AS k (key)
), ended AS MATERIALIZED (
    SELECT ids[$3] AS id
      FROM listed
     WHERE ids[$3] IS NOT NULL
     ORDER BY 1 DESC
     LIMIT 1
), newest AS MATERIALIZED (
    SELECT ARRAY(SELECT i.id
                   FROM listed
                  CROSS JOIN unnest(ids) AS i (id)
                  WHERE i.id >= coalesce((SELECT id FROM ended), $1)
                  ORDER BY i.id DESC
                  LIMIT $17::bigint) AS ids
), found AS MATERIALIZED (
    SELECT ARRAY(SELECT looked.id
                   FROM (SELECT i.id
                           FROM newest
                          CROSS JOIN unnest(ids) AS i (id)
                          ORDER BY i.id DESC) AS looked
                   JOIN cases AS c ON c.id = looked.id
                  WHERE case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                  ORDER BY looked.id DESC
                  LIMIT $4::bigint) AS ids
)
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT $5 + w.n AS nth, false AS is_end, w.id
          FROM found
         CROSS JOIN unnest(ids[$5::bigint + 1:]) WITH ORDINALITY AS w (id, n)
         UNION ALL
        SELECT cardinality(f.ids) + 1, true, e.id
          FROM found AS f
         CROSS JOIN (SELECT coalesce(ids[$17], (SELECT id FROM ended)) AS id FROM newest) AS e
         WHERE cardinality(f.ids) < $4 AND e.id IS NOT NULL
         ORDER BY 1) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.nth
