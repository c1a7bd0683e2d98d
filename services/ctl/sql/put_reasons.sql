-- Inserts the rows of reasons.csv ($1, JSON) or brings them up to date. What is
-- left out stays: letters name it.
INSERT INTO reasons (purpose, code, name_vi, name_en)
SELECT purpose, code, name_vi, name_en
  FROM json_to_recordset($1::json) AS f (purpose text, code text, name_vi text, name_en text)
    ON CONFLICT (purpose, code) DO UPDATE
   SET name_vi = excluded.name_vi, name_en = excluded.name_en
