-- Whether this session is the one dispatch that serves workers. Held until the
-- session ends; each service that has a leader has a number of its own.
SELECT pg_try_advisory_lock(1685417576)
