-- The cases between the ids $1 and $2 of the services $4, the newest $3 of them. Compared as pairs, so that
-- only the index cases_service has the order.
SELECT p.*
  FROM (SELECT c.id
          FROM unnest($4::text[]) AS k (key)
         CROSS JOIN LATERAL (SELECT id
                               FROM cases
                              WHERE (service, id) > (k.key, $1::uuid)
                                AND (service, id) < (k.key, $2::uuid)
                              ORDER BY service DESC, id DESC
                              LIMIT $3::bigint) AS c
         ORDER BY c.id DESC
         LIMIT $3) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.id DESC
