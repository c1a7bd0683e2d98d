-- What is wrong with the tasks of cases whose ids follow $1 up to $2, one row a finding. Keep the
-- states in step with tracker's verbs.
WITH told AS (
    SELECT case_id, task, max(seq) AS last
      FROM events
     WHERE case_id > $1::uuid AND case_id <= $2::uuid
       AND type IN ('received', 'assigned', 'accepted', 'answered', 'coordinated', 'returned',
                    'transferred', 'cancelled')
     GROUP BY case_id, task
), said AS (
    SELECT told.case_id, told.task,
           CASE e.type WHEN 'accepted' THEN 'accepted'
                       WHEN 'answered' THEN 'done'
                       WHEN 'coordinated' THEN 'done'
                       WHEN 'returned' THEN 'returned'
                       WHEN 'transferred' THEN 'transferred'
                       WHEN 'cancelled' THEN 'cancelled'
                       ELSE 'open' END AS state
      FROM told
      JOIN events AS e ON e.case_id = told.case_id AND e.seq = told.last
                      AND e.case_id > $1::uuid AND e.case_id <= $2::uuid
)
SELECT coalesce(c.reference, t.case_id::text) || ' task ' || t.number, wrong.what
  FROM tasks AS t
  LEFT JOIN cases AS c ON c.id = t.case_id AND c.id > $1::uuid AND c.id <= $2::uuid
  LEFT JOIN said ON said.case_id = t.case_id AND said.task = t.number
 CROSS JOIN LATERAL (VALUES
       (c.id IS NULL, 'belongs to no case'),
       (said.state IS NULL, 'has no event that opened it'),
       (said.state <> t.state, 'is ' || t.state || ', but its last event says ' || said.state),
       ((t.finished_at IS NULL) <> (t.state IN ('open', 'accepted')),
        'is ' || t.state || CASE WHEN t.finished_at IS NULL THEN ', but not finished'
                                 ELSE ', but finished' END),
       (NOT EXISTS (SELECT FROM units AS u WHERE u.code = t.unit),
        'is for ' || t.unit || ', which is not in the catalogue'))
       AS wrong (is_so, what)
 WHERE t.case_id > $1::uuid AND t.case_id <= $2::uuid AND wrong.is_so
 ORDER BY t.case_id, t.number
