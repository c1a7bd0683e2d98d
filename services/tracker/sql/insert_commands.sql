-- Ids of submissions with an Idempotency-Key, so that the same key gets the first answer.
INSERT INTO commands (id, case_id, fingerprint, at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::timestamptz[])
