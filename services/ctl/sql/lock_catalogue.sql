-- Lets one load at a time change the catalogue; held until the transaction ends.
-- The number is "catalog" in ASCII.
SELECT pg_advisory_xact_lock(x'636174616c6f67'::bigint)
