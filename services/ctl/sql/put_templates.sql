-- Inserts the rows of templates.csv ($1, JSON).
INSERT INTO templates (name, language, subject, body)
SELECT name, language, subject, body
  FROM json_to_recordset($1::json) AS f (name text, language text, subject text, body text)
