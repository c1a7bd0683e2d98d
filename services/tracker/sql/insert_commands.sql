-- Ids of submissions with an Idempotency-Key and of people's commands, so that what is said again gets the
-- first answer.
INSERT INTO commands (id, case_id, fingerprint, at)
SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::bytea[]), unnest($4::timestamptz[])
