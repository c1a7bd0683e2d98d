-- Flags that have got what they ask for: of a task, or of whichever of the case (0) has it.
UPDATE flags AS f
   SET cleared_at = $4::timestamptz
  FROM unnest($1::uuid[], $2::int2[], $3::text[]) AS n (case_id, task, level)
 WHERE f.case_id = n.case_id AND (n.task = 0 OR f.task = n.task) AND f.level = n.level
   AND f.cleared_at IS NULL
