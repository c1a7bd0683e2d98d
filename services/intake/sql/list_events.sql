-- What has happened to the cases $1 of the types $2, of each in the order of its steps, the newest hundred, without the
-- steps of units that only take part. Found by case before anything is put in order: else the planner, who may
-- not sort, walks all events.
WITH steps AS MATERIALIZED (
    SELECT e.seq, e.case_id, e.type, e.at
      FROM unnest($1::uuid[]) AS k (id)
      JOIN cases AS c ON c.id = k.id
      JOIN events AS e ON e.case_id = k.id AND e.at >= c.received_at - interval '1 day' AND e.type = ANY ($2::text[])
      LEFT JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task
     WHERE t.role IS DISTINCT FROM 'coordinate'
)
SELECT case_id, type, at
  FROM (SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY seq DESC) AS back FROM steps) AS s
 WHERE back <= 100
 ORDER BY seq
