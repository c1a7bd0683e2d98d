-- The last event: the right end of the primary keys.
SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1
