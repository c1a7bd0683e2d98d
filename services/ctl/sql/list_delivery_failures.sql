-- The attempts at the delivery $1 that failed; times in the zone $2.
SELECT attempt, to_char(at AT TIME ZONE $2, 'YYYY-MM-DD HH24:MI:SS'), kind, problem
  FROM delivery_failures
 WHERE delivery = $1::uuid
 ORDER BY attempt
