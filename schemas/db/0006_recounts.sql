-- When a calendar changes, tracker counts the due time of every open case again. What it has
-- counted by is kept here, so that a change is seen after any crash, and so that each move can say
-- which notice it comes from.

CREATE TABLE calendar_recounts (
    calendar    text PRIMARY KEY,
    digest      text NOT NULL,           -- of the calendar by which open cases are counted
    days        text[] NOT NULL,         -- its listed days, as the view below writes them
    done_at     timestamptz NOT NULL
);

-- What counting depends on, and no more: names and reasons may change without a recount.
CREATE VIEW calendar_digests AS
    SELECT c.code, d.days,
           md5(concat_ws(';', c.first_year, c.last_year, c.cut_off_s, h.hours, d.days)) AS digest
      FROM calendars AS c,
           LATERAL (SELECT array_agg(concat_ws(' ', weekday, from_s, to_s)
                                     ORDER BY weekday, from_s) AS hours
                      FROM calendar_hours WHERE calendar = c.code) AS h,
           LATERAL (SELECT coalesce(array_agg(concat_ws(' ', day - DATE '1970-01-01',
                                                        CASE WHEN works THEN hours_of END)
                                              ORDER BY day), '{}') AS days
                      FROM calendar_days WHERE calendar = c.code) AS d;

-- The calendars by which open cases have to be counted again, with the notices (basis) of the days
-- that are new.
CREATE VIEW stale_calendars AS
    SELECT d.code, d.digest, d.days,
           (SELECT left(string_agg(DISTINCT n.basis, '; '), 400)
              FROM calendar_days AS n
             WHERE n.calendar = d.code AND n.basis <> ''
               AND concat_ws(' ', n.day - DATE '1970-01-01', CASE WHEN n.works THEN n.hours_of END)
                   <> ALL (r.days)) AS notice
      FROM calendar_digests AS d
      LEFT JOIN calendar_recounts AS r ON r.calendar = d.code
     WHERE r.digest IS DISTINCT FROM d.digest;

-- The open cases to look at. A flag's moment is counted by the calendar of its task's unit.
CREATE VIEW stale_cases AS
    SELECT DISTINCT c.id, c.calendar
      FROM tasks AS t
      JOIN cases AS c ON c.id = t.case_id
     WHERE t.finished_at IS NULL
       AND (c.calendar IN (SELECT code FROM stale_calendars)
            OR t.unit IN (SELECT u.code FROM units AS u
                           WHERE u.calendar IN (SELECT code FROM stale_calendars)));

GRANT SELECT, INSERT, UPDATE ON calendar_recounts TO dunghen_tracker;
GRANT SELECT ON calendar_recounts TO dunghen_ctl;
GRANT SELECT ON calendar_digests, stale_calendars, stale_cases TO dunghen_tracker, dunghen_ctl;
