-- Waits until no other session migrates; held until the connection ends.
-- The number is "dunghen" in ASCII.
SELECT pg_advisory_lock(x'64756e6768656e'::bigint)
