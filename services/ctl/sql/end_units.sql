-- Ends the units that are no longer in the files ($1, JSON): their last day is
-- yesterday in the city's zone ($2), or the first one if they never began. One
-- whose calendar is gone gets the default ($3). Returns those that end now.
WITH gone AS (SELECT code, valid_until AS before FROM units
               WHERE code NOT IN (SELECT code FROM json_to_recordset($1::json) AS f (code text))),
     ended AS (UPDATE units AS u
                  SET valid_until = coalesce(u.valid_until,
                                             greatest((now() AT TIME ZONE $2)::date - 1,
                                                      u.valid_from)),
                      calendar = CASE WHEN EXISTS (SELECT FROM calendars AS c
                                                    WHERE c.code = u.calendar)
                                      THEN u.calendar ELSE $3 END
                 FROM gone WHERE u.code = gone.code
            RETURNING u.code, gone.before)
SELECT code FROM ended WHERE before IS NULL ORDER BY code
