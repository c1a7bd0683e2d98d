-- The open cases that would be counted again, with what their due times are counted from; to be
-- fetched in pieces by fetch_stale_cases. The last column: whether they have promise_steps.
DECLARE stale_walk NO SCROLL CURSOR FOR
SELECT c.id, c.reference, c.service, c.unit, coalesce(c.clock_from, c.received_at), c.due_at,
       c.clock, c.amount, c.calendar, c.extensions > 0 OR c.paused_us > 0
  FROM stale_cases AS s
  JOIN cases AS c ON c.id = s.id
 WHERE NOT s.is_over
 ORDER BY c.id
