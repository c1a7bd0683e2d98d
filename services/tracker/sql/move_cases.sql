-- Due times of cases that a changed calendar has moved, and where their days end. Nothing here is in
-- an index.
UPDATE cases AS c
   SET due_at = n.due_at, days_end = n.days_end
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS n (id, due_at, days_end)
 WHERE c.id = n.id
