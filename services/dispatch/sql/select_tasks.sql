-- The tasks of cases $1, numbers $2, as they are now.
SELECT t.case_id, t.number, c.reference, c.service, t.unit, t.due_at, t.priority, t.epoch,
       t.finished_at IS NOT NULL
  FROM unnest($1::uuid[], $2::smallint[]) AS wanted (case_id, number)
  JOIN tasks AS t USING (case_id, number)
  JOIN cases AS c ON c.id = t.case_id
