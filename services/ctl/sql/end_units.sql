-- Ends the units that are no longer in the files ($1, JSON): their last day is
-- yesterday in the city's zone ($2), also of those that were to end later or have
-- not begun yet. One whose calendar is gone gets the default ($3). Returns those
-- that end now.
WITH gone AS (SELECT code, valid_until AS before FROM units
               WHERE code NOT IN (SELECT code FROM json_to_recordset($1::json) AS f (code text))),
     today AS (SELECT (now() AT TIME ZONE $2)::date AS day),
     ended AS (UPDATE units AS u
                  SET valid_from = CASE WHEN u.valid_from >= today.day THEN today.day - 1
                                        ELSE u.valid_from END,
                      valid_until = least(u.valid_until, today.day - 1),
                      calendar = CASE WHEN EXISTS (SELECT FROM calendars AS c
                                                    WHERE c.code = u.calendar)
                                      THEN u.calendar ELSE $3 END
                 FROM gone, today WHERE u.code = gone.code
            RETURNING u.code, gone.before, today.day)
SELECT code FROM ended WHERE before IS NULL OR before >= day ORDER BY code
