-- How many cases had passed their promise at the moment $1 without an answer, by unit and service, and how many of
-- them had no apology yet: of those that are open now, of those that had been merged into one of these and
-- wait for its answer, and of those that have ended since. Cases of then have ids before $2. Each is looked up
-- by itself, from what is open or followed: else the planner walks all cases, or all that were ever merged.
SELECT l.unit, l.service, count(*),
       count(*) FILTER (WHERE l.apologised_at IS NULL OR l.apologised_at > $1::timestamptz)
  FROM (SELECT c.unit, c.service, c.apologised_at
          FROM open_cases AS o
         CROSS JOIN LATERAL (SELECT unit, service, apologised_at
                               FROM cases
                              WHERE id = o.id AND due_at <= $1 AND received_at <= $1
                             OFFSET 0) AS c
         WHERE o.id < $2::uuid
         UNION ALL
        SELECT c.unit, c.service, c.apologised_at
          FROM followed_cases AS o
         CROSS JOIN LATERAL (SELECT id FROM merged_cases WHERE lead = o.id OFFSET 0) AS m
         CROSS JOIN LATERAL (SELECT unit, service, apologised_at
                               FROM cases
                              WHERE id = m.id AND merged_into = o.id AND answered_at IS NULL AND closed_at <= $1
                                AND due_at <= $1
                             OFFSET 0) AS c
         UNION ALL
        SELECT unit, service, apologised_at
          FROM late_cases
         WHERE late @> $1::timestamptz) AS l
 GROUP BY l.unit, l.service
