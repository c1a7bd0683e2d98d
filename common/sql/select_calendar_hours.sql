-- The office hours of every calendar; those of one stand together.
SELECT calendar, weekday, from_s, to_s FROM calendar_hours ORDER BY calendar COLLATE "C"
