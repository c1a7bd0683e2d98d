-- When the cases $2 ended, were taken up again or were last changed by a step, in place of what was said before ($3).
UPDATE case_changes AS h
   SET at = n.at
  FROM unnest($1::timestamptz[], $2::uuid[], $3::timestamptz[]) AS n (at, id, was)
 WHERE h.at = n.was AND h.id = n.id
