-- Ids of submissions with an Idempotency-Key and of people's commands, so that what is said again gets the
-- first answer.
INSERT INTO commands (id, case_id, fingerprint, at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::timestamptz[])
