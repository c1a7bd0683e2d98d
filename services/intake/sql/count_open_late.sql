-- How many cases had passed their promise at the moment $1 without an answer, by unit and service,
-- and how many of them had no apology yet: of those that are open now, and of those that have
-- ended since. Each case is looked up by itself: else the planner walks them all.
SELECT l.unit, l.service, count(*),
       count(*) FILTER (WHERE l.apologised_at IS NULL OR l.apologised_at > $1::timestamptz)
  FROM (SELECT c.unit, c.service, c.apologised_at
          FROM open_cases AS o
         CROSS JOIN LATERAL (SELECT unit, service, apologised_at
                               FROM cases
                              WHERE id = o.id AND due_at <= $1 AND received_at <= $1
                             OFFSET 0) AS c
         UNION ALL
        SELECT c.unit, c.service, c.apologised_at
          FROM case_changes AS h
         CROSS JOIN LATERAL (SELECT unit, service, apologised_at
                               FROM cases
                              WHERE id = h.id AND greatest(answered_at, closed_at) = h.at
                                AND coalesce(answered_at, closed_at) > $1 AND due_at <= $1 AND received_at <= $1
                             OFFSET 0) AS c
         WHERE h.at > $1) AS l
 GROUP BY l.unit, l.service
