-- All open tasks at one moment, to be fetched in pieces by fetch_open_tasks. Columns as in
-- select_tasks.
DECLARE open_tasks NO SCROLL CURSOR WITH HOLD FOR
SELECT t.case_id, t.number, c.reference, c.service, t.unit, t.due_at, t.priority, t.epoch, false
  FROM tasks AS t
  JOIN cases AS c ON c.id = t.case_id
 WHERE t.finished_at IS NULL
