-- What the citizens of the new cases said, byte for byte.
INSERT INTO contents (case_id, content)
SELECT * FROM unnest($1::uuid[], $2::json[])
