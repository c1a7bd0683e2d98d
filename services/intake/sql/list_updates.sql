-- What happened of the types $3 from $1 to $2 and after the step $4, the first $5 of it; is_shown: it is not
-- the step of a unit that only takes part. The times are looked up by blocks (events_at), before anything
-- is put in order.
WITH span AS MATERIALIZED (
    SELECT seq, type, at, case_id, task
      FROM events
     WHERE at >= $1::timestamptz AND at <= $2::timestamptz AND type = ANY ($3::text[])
)
SELECT s.seq, t.role IS DISTINCT FROM 'coordinate' AS is_shown, s.type, s.at, c.reference, c.service, p.answer
  FROM (SELECT * FROM span WHERE seq > $4::bigint ORDER BY seq LIMIT $5::bigint) AS s
  JOIN cases AS c ON c.id = s.case_id
  LEFT JOIN tasks AS t ON t.case_id = s.case_id AND t.number = s.task
  LEFT JOIN publications AS p ON p.case_id = s.case_id
 ORDER BY s.seq
