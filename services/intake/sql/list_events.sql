-- What has happened to the cases $1, of each in the order of its steps.
SELECT e.case_id, e.type, e.at
  FROM unnest($1::uuid[]) AS k (id)
  JOIN cases AS c ON c.id = k.id
  JOIN events AS e ON e.case_id = k.id AND e.at >= c.received_at - interval '1 day'
 ORDER BY e.seq
 LIMIT 10000
