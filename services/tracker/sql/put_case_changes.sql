-- When the cases $2 ended, were taken up again or were last changed by a step, in place of what was said before ($3).
WITH replaced AS (
    DELETE FROM case_changes AS h
     USING unnest($3::timestamptz[], $2::uuid[]) AS was (at, id)
     WHERE h.at = was.at AND h.id = was.id
)
INSERT INTO case_changes (at, id)
SELECT * FROM unnest($1::timestamptz[], $2::uuid[])
    ON CONFLICT DO NOTHING
