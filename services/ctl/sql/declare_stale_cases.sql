-- The open cases that would be counted again, with what their due times are counted from; to be
-- fetched in pieces by fetch_stale_cases.
DECLARE stale_walk NO SCROLL CURSOR FOR
SELECT c.reference, c.service, c.unit, c.received_at, c.due_at, c.clock, c.amount, c.calendar
  FROM stale_cases AS s
  JOIN cases AS c ON c.id = s.id
 ORDER BY c.id
