-- The days that differ from their weekday; those of one calendar stand together.
SELECT calendar,
       extract(year FROM day)::integer,
       extract(month FROM day)::integer,
       extract(day FROM day)::integer,
       works, hours_of
  FROM calendar_days
 ORDER BY calendar COLLATE "C"
