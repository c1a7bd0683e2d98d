-- Where the ledger stands: the last event's number and hash.
SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1
