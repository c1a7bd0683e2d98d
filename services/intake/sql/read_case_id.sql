-- Id and state of the case with the reference $1.
SELECT id, state
  FROM cases
 WHERE reference = $1::text
