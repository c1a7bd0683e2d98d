-- The cases with the references $4 that lie between the ids $1 and $2, the newest $3 of them; nth: which of
-- them. Each is looked up by itself: else the planner, who may not sort, walks all cases in the order of
-- their ids.
SELECT row_number() OVER (ORDER BY walked.id DESC) AS nth, false AS is_end, p.*
  FROM (SELECT c.id
          FROM unnest($4::text[]) AS k (key)
         CROSS JOIN LATERAL (SELECT id
                               FROM cases
                              WHERE reference = k.key AND id > $1::uuid AND id < $2::uuid
                              LIMIT 1) AS c
         ORDER BY c.id DESC
         LIMIT $3::bigint) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.id DESC
