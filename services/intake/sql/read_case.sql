-- The case with the reference $1, what is published of it, and the last answer of its lead, if there is one
-- yet; of a case that was merged into another, that other one's, once it has been told.
SELECT c.id, c.reference, c.service, c.unit, c.state, c.received_at, c.due_at, c.answered_at,
       c.closed_at, c.lat, c.lon,
       (SELECT s.content FROM contents AS s WHERE s.case_id = c.id),
       a.outcome, c.promised_at, c.merged, m.reference, m.state, c.rated IS NOT NULL, case_updated_at(c), c.area,
       a.finished_at, p.description, p.answer
  FROM cases AS c
  LEFT JOIN LATERAL (SELECT t.outcome, t.finished_at
                       FROM tasks AS t
                      WHERE t.case_id = CASE WHEN c.state = 'MERGED' AND c.answered_at IS NOT NULL
                                             THEN c.merged_into ELSE c.id END
                        AND t.role = 'lead' AND t.state = 'done'
                      ORDER BY t.number DESC
                      LIMIT 1) AS a ON true
  LEFT JOIN publications AS p ON p.case_id = c.id
  LEFT JOIN cases AS m ON m.id = c.merged_into AND c.state = 'MERGED'
 WHERE c.reference = $1::text
