-- The calendars by which open cases would be counted again, with the notices of their new days.
SELECT code, coalesce(notice, '') FROM stale_calendars ORDER BY code COLLATE "C"
