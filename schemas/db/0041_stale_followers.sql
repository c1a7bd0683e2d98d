-- Whoever waits for another case's answer may be taken out of it, or lead it one day, and goes on by its own promise: that
-- one is counted again as well when its calendar has changed. Each is looked up by itself, from what is followed: else the
-- planner walks all cases, or all that were ever merged.
CREATE OR REPLACE VIEW stale_cases AS
    SELECT DISTINCT c.id, c.calendar, false AS is_over
      FROM tasks AS t
      JOIN cases AS c ON c.id = t.case_id
     WHERE t.finished_at IS NULL
       AND (c.calendar IN (SELECT code FROM stale_calendars)
            OR t.unit IN (SELECT u.code FROM units AS u
                           WHERE u.calendar IN (SELECT code FROM stale_calendars)))
     UNION ALL
    SELECT c.id, c.calendar, false
      FROM followed_cases AS f
     CROSS JOIN LATERAL (SELECT id FROM merged_cases WHERE lead = f.id OFFSET 0) AS m
     CROSS JOIN LATERAL (SELECT id, calendar
                           FROM cases
                          WHERE id = m.id AND state = 'MERGED' AND answered_at IS NULL
                         OFFSET 0) AS c
     WHERE c.calendar IN (SELECT code FROM stale_calendars)
     UNION ALL
    SELECT c.id, c.calendar, true
      FROM tasks AS t
      JOIN cases AS c ON c.id = t.case_id
     WHERE t.finished_at IS NOT NULL AND t.next_at < 'infinity'
       AND c.unit IN (SELECT u.code FROM units AS u
                       WHERE u.calendar IN (SELECT code FROM stale_calendars));

-- Those that wait now were left out by what has changed since: tracker counts all that is open once more.
DELETE FROM calendar_recounts;
