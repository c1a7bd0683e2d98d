-- Inserts the rows of people.csv ($1, JSON).
INSERT INTO people (unit, role, name, title_vi, title_en, email, phone)
SELECT unit, role, name, title_vi, title_en, email, phone
  FROM json_to_recordset($1::json)
       AS f (unit text, role text, name text, title_vi text, title_en text, email text, phone text)
