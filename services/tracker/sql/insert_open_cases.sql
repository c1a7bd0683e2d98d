-- Cases that are new, or open again.
INSERT INTO open_cases (service, id)
SELECT * FROM unnest($1::text[], $2::uuid[])
