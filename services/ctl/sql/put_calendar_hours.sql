-- Inserts the rows of calendar_hours.csv ($1, JSON).
INSERT INTO calendar_hours (calendar, weekday, from_s, to_s)
SELECT calendar, weekday, "from", "to"
  FROM json_to_recordset($1::json)
       AS f (calendar text, weekday integer, "from" integer, "to" integer)
