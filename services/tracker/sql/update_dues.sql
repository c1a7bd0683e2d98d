-- Due times of tasks that were moved with their case's.
UPDATE tasks AS t
   SET due_at = n.due_at
  FROM unnest($1::uuid[], $2::int2[], $3::timestamptz[]) AS n (case_id, number, due_at)
 WHERE t.case_id = n.case_id AND t.number = n.number
