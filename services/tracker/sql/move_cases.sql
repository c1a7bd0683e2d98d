-- Due times of cases that a changed calendar has moved. Nothing here is in an index.
UPDATE cases AS c
   SET due_at = n.due_at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS n (id, due_at)
 WHERE c.id = n.id
