-- What is wrong with the tasks of cases whose ids follow $1 up to $2, one row a finding. Keep the
-- states in step with tracker's verbs.
WITH told AS MATERIALIZED (
    SELECT seq, at, case_id, task, type, actor, detail
      FROM events
     WHERE case_id > $1::uuid AND case_id <= $2::uuid
       AND type IN ('received', 'assigned', 'accepted', 'sent_back', 'answered', 'coordinated',
                    'returned', 'transferred', 'cancelled')
), steps AS (
    SELECT case_id, task, max(seq) AS last,
           min(seq) FILTER (WHERE type IN ('received', 'assigned')) AS opened,
           min(seq) FILTER (WHERE type = 'accepted') AS first,
           max(seq) FILTER (WHERE type = 'accepted') AS held
      FROM told
     GROUP BY case_id, task
), said AS (
    SELECT s.case_id, s.task,
           CASE WHEN l.type = 'accepted' THEN 'accepted'
                WHEN l.type IN ('answered', 'coordinated') THEN 'done'
                WHEN l.type IN ('returned', 'transferred', 'cancelled') THEN l.type
                -- Who drafted as a person keeps the task.
                WHEN l.type = 'sent_back' AND h.detail ->> 'epoch' = '9007199254740991'
                THEN 'accepted'
                ELSE 'open' END AS state,
           o.type = 'received' OR o.actor = 'router' AS came_along,
           o.at AS assigned_at, o.detail ->> 'unit' AS unit, f.at AS accepted_at,
           h.actor AS worker, (h.detail ->> 'epoch')::int8 AS epoch, l.at AS finished_at
      FROM steps AS s
      JOIN told AS l ON l.seq = s.last
      LEFT JOIN told AS o ON o.seq = s.opened
      LEFT JOIN told AS f ON f.seq = s.first
      LEFT JOIN told AS h ON h.seq = s.held
)
SELECT coalesce(c.reference, t.case_id::text) || ' task ' || t.number, wrong.what
  FROM tasks AS t
  LEFT JOIN cases AS c ON c.id = t.case_id AND c.id > $1::uuid AND c.id <= $2::uuid
  LEFT JOIN said AS s ON s.case_id = t.case_id AND s.task = t.number
 CROSS JOIN LATERAL (VALUES
       (c.id IS NULL, 'belongs to no case'),
       (s.state IS NULL, 'has no event that opened it'),
       (s.state <> t.state, 'is ' || t.state || ', but its last event says ' || s.state),
       (t.role = 'lead' AND t.finished_at IS NULL AND t.due_at <> c.due_at,
        'leads, and is due at another time than its case'),
       ((t.finished_at IS NULL) <> (t.state IN ('open', 'accepted')),
        'is ' || t.state || CASE WHEN t.finished_at IS NULL THEN ', but not finished'
                                 ELSE ', but finished' END),
       (t.finished_at <> s.finished_at AND s.state NOT IN ('open', 'accepted'),
        'was finished at another time than its event says'),
       (t.assigned_at <> CASE WHEN s.came_along THEN c.received_at ELSE s.assigned_at END,
        'was assigned at another time than its event says'),
       (s.state IS NOT NULL AND t.accepted_at IS DISTINCT FROM s.accepted_at,
        'was accepted at another time than its event says'),
       (s.state IS NOT NULL AND t.worker IS DISTINCT FROM s.worker,
        'was accepted by ' || coalesce(t.worker, 'nobody') || ', but its event says ' ||
            coalesce(s.worker, 'nobody')),
       -- A return under a lease that had not accepted is told without it.
       (s.state IS NOT NULL AND t.state <> 'returned' AND t.epoch <> coalesce(s.epoch, 0),
        'has the lease ' || t.epoch || ', but its event says ' || coalesce(s.epoch, 0)),
       (s.unit <> t.unit, 'is for ' || t.unit || ', but was opened for ' || s.unit),
       (NOT EXISTS (SELECT FROM units AS u WHERE u.code = t.unit),
        'is for ' || t.unit || ', which is not in the catalogue'))
       AS wrong (is_so, what)
 WHERE t.case_id > $1::uuid AND t.case_id <= $2::uuid AND wrong.is_so
 ORDER BY t.case_id, t.number
