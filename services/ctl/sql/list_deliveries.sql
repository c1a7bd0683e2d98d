-- The newest deliveries in the state $1 (NULL: any) of the case with the reference $2 (NULL: any),
-- at most $3; times in the zone $4.
SELECT d.id, c.reference, d.message, d.recipient, d.lane, d.state, d.attempts,
       to_char(coalesce(d.finished_at, d.next_at) AT TIME ZONE $4, 'YYYY-MM-DD HH24:MI:SS'),
       coalesce(d.problem, '')
  FROM deliveries AS d
  LEFT JOIN cases AS c ON c.id = d.case_id
 WHERE ($1::text IS NULL OR d.state = $1)
   AND ($2::text IS NULL OR d.case_id = (SELECT id FROM cases WHERE reference = $2))
 ORDER BY coalesce(d.finished_at, d.next_at) DESC
 LIMIT $3::bigint
