-- The cases that were merged into one of $1 and wait for its answer.
SELECT m.id
  FROM merged_cases AS m
 WHERE m.lead = ANY ($1::uuid[])
   AND (SELECT c.merged_into = m.lead AND c.state = 'MERGED' FROM cases AS c WHERE c.id = m.id)
