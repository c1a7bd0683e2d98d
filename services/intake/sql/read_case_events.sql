-- What has happened to the case with the reference $1, oldest first. The time keeps older months out.
SELECT e.type, e.at, t.unit, t.role
  FROM cases AS c
  JOIN events AS e ON e.case_id = c.id AND e.at >= c.received_at - interval '1 day'
  LEFT JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task
 WHERE c.reference = $1::text
 ORDER BY e.seq
 LIMIT 1000
