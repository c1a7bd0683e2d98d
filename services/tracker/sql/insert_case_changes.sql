-- When cases ended or were taken up again; the latter at a moment that may be known.
INSERT INTO case_changes (at, id)
SELECT * FROM unnest($1::timestamptz[], $2::uuid[])
    ON CONFLICT DO NOTHING
