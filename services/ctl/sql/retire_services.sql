-- Retires the services that are no longer in the files ($1, JSON). Returns
-- those that are retired now.
UPDATE services SET retired = true
 WHERE NOT retired AND code NOT IN (SELECT code FROM json_to_recordset($1::json) AS f (code text))
RETURNING code
