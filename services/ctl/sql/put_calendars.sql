-- Inserts the rows of calendars.csv ($1, JSON).
INSERT INTO calendars (code, name_vi, name_en, first_year, last_year, cut_off_s)
SELECT code, name_vi, name_en, first_year, last_year, coalesce(cut_off, 0)
  FROM json_to_recordset($1::json)
       AS f (code text, name_vi text, name_en text, first_year integer, last_year integer,
             cut_off integer)
