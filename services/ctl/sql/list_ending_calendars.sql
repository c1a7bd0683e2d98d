-- The calendars of units in force that end within 90 days, by the day in the zone $1, and their last year.
SELECT c.code, c.last_year::bigint
  FROM calendars AS c
 WHERE make_date(c.last_year, 12, 31) < (now() AT TIME ZONE $1)::date + 90
   AND EXISTS (SELECT FROM units AS u
                WHERE u.calendar = c.code
                  AND coalesce(u.valid_until, 'infinity') >= (now() AT TIME ZONE $1)::date)
 ORDER BY c.code COLLATE "C"
