-- Id and state of the case with the reference $1, and what it was merged into and follows.
SELECT id, state, CASE WHEN state = 'MERGED' THEN merged_into END
  FROM cases
 WHERE reference = $1::text
