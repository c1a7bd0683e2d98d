-- What people wrote with a step, byte for byte as it was said.
INSERT INTO notes (seq, case_id, body)
SELECT * FROM unnest($1::int8[], $2::uuid[], $3::json[])
