-- How many cases had passed their promise at the moment $1 without an answer, by unit and service,
-- and how many of them had no apology yet: of those that are open now, and of those that have
-- ended since.
SELECT l.unit, l.service, count(*),
       count(*) FILTER (WHERE l.apologised_at IS NULL OR l.apologised_at > $1::timestamptz)
  FROM (SELECT c.unit, c.service, c.apologised_at
          FROM open_cases AS o
          JOIN cases AS c ON c.id = o.id
         WHERE c.due_at <= $1 AND c.received_at <= $1
         UNION ALL
        SELECT c.unit, c.service, c.apologised_at
          FROM case_changes AS h
          JOIN cases AS c ON c.id = h.id AND coalesce(c.closed_at, c.answered_at) = h.at
         WHERE h.at > $1 AND coalesce(c.answered_at, c.closed_at) > $1
           AND c.due_at <= $1 AND c.received_at <= $1) AS l
 GROUP BY l.unit, l.service
