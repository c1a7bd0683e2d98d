-- Every calendar, by code.
SELECT code, first_year, last_year, cut_off_s FROM calendars ORDER BY code COLLATE "C"
