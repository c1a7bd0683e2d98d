-- The tasks of the 5000 events after $1, as they are now; the event's number comes last. Events
-- of a case as a whole have a row of NULLs, so that the number is told.
SELECT t.case_id, t.number, c.reference, c.service, t.unit, t.due_at, t.priority, t.epoch,
       t.finished_at IS NOT NULL, e.seq
  FROM (SELECT seq, case_id, task
          FROM events
         WHERE seq > $1::bigint
         ORDER BY seq
         LIMIT 5000) AS e
  LEFT JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task
  LEFT JOIN cases AS c ON c.id = e.case_id
 ORDER BY e.seq
