-- What falls due after an answer (to publish, to summarise, to close) goes by a calendar as well, and
-- is counted again with it. Nothing is promised any more then, so no due time moves.
CREATE OR REPLACE VIEW stale_cases AS
    SELECT DISTINCT c.id, c.calendar, false AS is_over
      FROM tasks AS t
      JOIN cases AS c ON c.id = t.case_id
     WHERE t.finished_at IS NULL
       AND (c.calendar IN (SELECT code FROM stale_calendars)
            OR t.unit IN (SELECT u.code FROM units AS u
                           WHERE u.calendar IN (SELECT code FROM stale_calendars)))
     UNION ALL
    SELECT c.id, c.calendar, true
      FROM tasks AS t
      JOIN cases AS c ON c.id = t.case_id
     WHERE t.finished_at IS NOT NULL AND t.next_at < 'infinity'
       AND c.unit IN (SELECT u.code FROM units AS u
                       WHERE u.calendar IN (SELECT code FROM stale_calendars));
