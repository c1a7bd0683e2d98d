-- Whether this session is now the one that leads. It ends with the session.
SELECT pg_try_advisory_lock($1::int8)
