-- The cases that a changed calendar concerns, at one moment, to be fetched in pieces by
-- fetch_stale_cases; in the order of the tables, which a long walk wants.
DECLARE stale_walk NO SCROLL CURSOR WITH HOLD FOR
SELECT id FROM stale_cases ORDER BY id
