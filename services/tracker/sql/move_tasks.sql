-- Due times and next moments of open tasks, by a changed calendar.
UPDATE tasks AS t
   SET due_at = n.due_at, next_at = n.next_at
  FROM unnest($1::uuid[], $2::int2[], $3::timestamptz[], $4::timestamptz[])
       AS n (case_id, number, due_at, next_at)
 WHERE t.case_id = n.case_id AND t.number = n.number
