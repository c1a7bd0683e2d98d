-- Where the ledger stands: the last event's number; 0 before the first.
SELECT coalesce((SELECT seq FROM events ORDER BY seq DESC LIMIT 1), 0)::bigint
