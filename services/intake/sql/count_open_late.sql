-- How many cases had passed their promise at the moment $1 without an answer, by unit and service,
-- and how many of them had no apology yet: of those that are open now, and of those that have
-- ended since.
SELECT c.unit, c.service, count(*),
       count(*) FILTER (WHERE c.apologised_at IS NULL OR c.apologised_at > $1::timestamptz)
  FROM (SELECT unit, service, apologised_at
          FROM cases
         WHERE answered_at IS NULL AND closed_at IS NULL
           AND due_at <= $1 AND received_at <= $1
         UNION ALL
        SELECT unit, service, apologised_at
          FROM cases
         WHERE coalesce(closed_at, answered_at, received_at) > $1
           AND coalesce(answered_at, closed_at) > $1
           AND due_at <= $1 AND received_at <= $1) AS c
 GROUP BY c.unit, c.service
