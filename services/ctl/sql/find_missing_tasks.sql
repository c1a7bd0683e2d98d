-- Which tasks of cases whose ids follow $1 up to $2 were opened by an event and are not there, one row a
-- finding.
SELECT coalesce(c.reference, e.case_id::text) || ' task ' || e.task,
       'was opened by an event, and is not there'
  FROM events AS e
  LEFT JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task
                      AND t.case_id > $1::uuid AND t.case_id <= $2::uuid
  LEFT JOIN cases AS c ON c.id = e.case_id AND c.id > $1::uuid AND c.id <= $2::uuid
 WHERE e.case_id > $1::uuid AND e.case_id <= $2::uuid
   AND e.type IN ('received', 'assigned') AND e.task > 0 AND t.case_id IS NULL
 ORDER BY 1
