-- How many cases had passed their promise at the moment $1 without an answer, by unit and service,
-- and how many of them had no apology yet: of those that are open now, of those that had been merged
-- into one of these and wait for its answer, and of those that have ended since. Each case that is open is looked
-- up by itself: else the planner walks them all.
WITH opened AS MATERIALIZED (
    SELECT c.*
      FROM open_cases AS o
     CROSS JOIN LATERAL (SELECT id, unit, service, apologised_at, merged, due_at <= $1 AND received_at <= $1 AS is_late
                           FROM cases
                          WHERE id = o.id AND (due_at <= $1 AND received_at <= $1 OR merged > 0)
                         OFFSET 0) AS c
)
SELECT l.unit, l.service, count(*),
       count(*) FILTER (WHERE l.apologised_at IS NULL OR l.apologised_at > $1::timestamptz)
  FROM (SELECT unit, service, apologised_at
          FROM opened
         WHERE is_late
         UNION ALL
        SELECT c.unit, c.service, c.apologised_at
          FROM opened AS o
          JOIN merged_cases AS m ON m.lead = o.id
         CROSS JOIN LATERAL (SELECT unit, service, apologised_at
                               FROM cases
                              WHERE id = m.id AND merged_into = o.id AND answered_at IS NULL AND closed_at <= $1
                                AND due_at <= $1
                             OFFSET 0) AS c
         WHERE o.merged > 0
         UNION ALL
        SELECT unit, service, apologised_at
          FROM late_cases
         WHERE late @> $1::timestamptz) AS l
 GROUP BY l.unit, l.service
