-- The cases between the ids $1 and $2 of the areas $4, the newest $3 of them. Compared as pairs, so that
-- only the index cases_area has the order.
SELECT p.*
  FROM (SELECT c.id
          FROM unnest($4::text[]) AS k (key)
         CROSS JOIN LATERAL (SELECT id
                               FROM cases
                              WHERE (area, id) > (k.key, $1::uuid)
                                AND (area, id) < (k.key, $2::uuid)
                                AND area IS NOT NULL
                              ORDER BY area DESC, id DESC
                              LIMIT $3::bigint) AS c
         ORDER BY c.id DESC
         LIMIT $3) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.id DESC
