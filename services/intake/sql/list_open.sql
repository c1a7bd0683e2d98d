-- The newest $4 open cases of the services or squares $15 (which of these: $16; NULL: of all services) between
-- the ids $1 and $2 that $6 to $14 let through, without the first $5. Of each key the newest $3 are looked at;
-- nth, is_end and the pairs are as in list_by_key.sql.
WITH listed AS MATERIALIZED (
    SELECT n.id, n.n = $3 AS is_end
      FROM unnest(coalesce($15::text[], ARRAY(SELECT code FROM services))) AS k (key)
     CROSS JOIN LATERAL (
           SELECT w.id, row_number() OVER () AS n
             FROM ((SELECT id
                      FROM open_cases
                     WHERE $16 = 'service' AND (service, id) > (k.key, $1::uuid) AND (service, id) < (k.key, $2::uuid)
                     ORDER BY service DESC, id DESC
                     LIMIT $3::bigint)
                    UNION ALL
                   (SELECT id
                      FROM open_cases
                     WHERE $16 = 'cell' AND cell IS NOT NULL
                       AND (cell, id) > (k.key::integer, $1::uuid) AND (cell, id) < (k.key::integer, $2::uuid)
                     ORDER BY cell DESC, id DESC
                     LIMIT $3::bigint)) AS w) AS n
)
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT found.id, found.is_end, row_number() OVER (ORDER BY found.id DESC) AS nth
          FROM (SELECT looked.id, looked.is_end
                  FROM (SELECT id, is_end
                          FROM listed
                         WHERE id >= coalesce((SELECT id FROM listed WHERE is_end ORDER BY id DESC LIMIT 1), $1)
                         ORDER BY id DESC) AS looked
                  JOIN cases AS c ON c.id = looked.id
                 WHERE looked.is_end OR case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                 ORDER BY looked.id DESC
                 LIMIT $4::bigint) AS found) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 WHERE walked.nth > $5::bigint OR walked.is_end
 ORDER BY walked.id DESC
