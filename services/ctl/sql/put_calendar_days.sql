-- Inserts the rows of calendar_days.csv ($1, JSON). A day off has no hours; the
-- column wants a weekday all the same.
INSERT INTO calendar_days (calendar, day, works, hours_of, name_vi, basis, status)
SELECT calendar, date, works = 'WORK', coalesce(hours_of, extract(isodow FROM date)::integer),
       name_vi, coalesce(basis, ''), status
  FROM json_to_recordset($1::json)
       AS f (calendar text, date date, works text, hours_of integer, name_vi text, basis text,
             status text)
