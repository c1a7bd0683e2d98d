-- What is wrong with the tasks of cases whose ids follow $1 up to $2, one row a finding. Keep the
-- states in step with tracker's verbs. While the leading task is open it is due with its case; a part
-- is due when its assignment said, as long as nothing has moved the case's date since.
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
), dated AS (
    SELECT a.case_id, a.task, (a.detail ->> 'due_at')::int8 AS due_us
      FROM events AS a
     WHERE a.case_id > $1::uuid AND a.case_id <= $2::uuid AND a.type = 'assigned'
       AND NOT EXISTS (SELECT
                         FROM events AS m
                        WHERE m.case_id = a.case_id AND m.seq > a.seq
                          AND m.case_id > $1::uuid AND m.case_id <= $2::uuid
                          AND m.type IN ('info_given', 'resumed', 'extended', 'due_moved'))
)
SELECT coalesce(c.reference, t.case_id::text) || ' task ' || t.number, wrong.what
  FROM tasks AS t
  LEFT JOIN cases AS c ON c.id = t.case_id AND c.id > $1::uuid AND c.id <= $2::uuid
  LEFT JOIN said ON said.case_id = t.case_id AND said.task = t.number
  LEFT JOIN dated ON dated.case_id = t.case_id AND dated.task = t.number
 CROSS JOIN LATERAL (VALUES
       (c.id IS NULL, 'belongs to no case'),
       (said.state IS NULL, 'has no event that opened it'),
       (said.state <> t.state, 'is ' || t.state || ', but its last event says ' || said.state),
       (t.role = 'lead' AND t.finished_at IS NULL AND t.due_at <> c.due_at,
        'leads, and is due at another time than its case'),
       (dated.due_us <> (extract(epoch FROM t.due_at) * 1000000)::int8,
        'is due at another time than its event says'),
       ((t.finished_at IS NULL) <> (t.state IN ('open', 'accepted')),
        'is ' || t.state || CASE WHEN t.finished_at IS NULL THEN ', but not finished'
                                 ELSE ', but finished' END),
       (NOT EXISTS (SELECT FROM units AS u WHERE u.code = t.unit),
        'is for ' || t.unit || ', which is not in the catalogue'))
       AS wrong (is_so, what)
 WHERE t.case_id > $1::uuid AND t.case_id <= $2::uuid AND wrong.is_so
 ORDER BY t.case_id, t.number
