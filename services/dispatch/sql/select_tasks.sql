-- The tasks of cases $1, numbers $2, as they are now.
SELECT t.case_id, t.number, t.reference, t.service, t.unit, t.due_at, t.priority, t.epoch,
       t.kept_back, t.followers
  FROM unnest($1::uuid[], $2::smallint[]) AS wanted (case_id, number)
  JOIN task_offers AS t USING (case_id, number)
