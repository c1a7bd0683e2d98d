-- Waits until nobody leads a kind of service, leader_lock of common/leader.h, as long as lock_timeout says; held
-- until the connection ends.
SELECT pg_advisory_lock($1::int8)
