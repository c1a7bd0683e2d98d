-- What is wrong with the cases whose ids follow $1 up to $2, one row a finding. Keep the states
-- in step with tracker's transitions.c; a case's state is its leading task's. What is promised is what
-- the last event said that moved it; older events do not tell all of it.
WITH told AS (
    SELECT e.case_id, count(*) FILTER (WHERE e.type = 'received') AS received,
           min(e.seq) FILTER (WHERE e.type = 'received') AS first,
           max(e.seq) FILTER (WHERE e.type IN ('received', 'info_given', 'resumed', 'extended',
                                               'due_moved', 'reopened')) AS dated,
           max(e.seq) FILTER (WHERE e.type IN ('received', 'answered', 'drafted', 'approved',
                                               'sent_back', 'transferred', 'info_requested', 'info_given',
                                               'suspended', 'resumed', 'rejected', 'merged',
                                               'forwarded_out', 'withdrawn', 'reopened', 'split',
                                               'closed')
                                 OR e.type IN ('accepted', 'returned') AND t.role = 'lead') AS last
      FROM events AS e
      LEFT JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task
                          AND t.case_id > $1::uuid AND t.case_id <= $2::uuid
     WHERE e.case_id > $1::uuid AND e.case_id <= $2::uuid
     GROUP BY e.case_id
), said AS (
    SELECT told.case_id, told.received,
           CASE e.type WHEN 'accepted' THEN 'IN_PROGRESS'
                       WHEN 'answered' THEN 'ANSWERED'
                       WHEN 'returned' THEN 'RETURNED'
                       ELSE e.detail ->> 'state' END AS state,
           f.detail ->> 'service' AS service, (f.detail ->> 'received_at')::int8 AS received_us,
           (d.detail ->> CASE WHEN d.type IN ('extended', 'due_moved') THEN 'to'
                              ELSE 'due_at' END)::int8 AS due_us
      FROM told
      LEFT JOIN events AS f ON f.case_id = told.case_id AND f.seq = told.first
                           AND f.case_id > $1::uuid AND f.case_id <= $2::uuid
      LEFT JOIN events AS d ON d.case_id = told.case_id AND d.seq = told.dated
                           AND d.case_id > $1::uuid AND d.case_id <= $2::uuid
      LEFT JOIN events AS e ON e.case_id = told.case_id AND e.seq = told.last
                           AND e.case_id > $1::uuid AND e.case_id <= $2::uuid
), leads AS (
    SELECT DISTINCT ON (case_id) case_id, unit
      FROM tasks
     WHERE case_id > $1::uuid AND case_id <= $2::uuid AND role = 'lead'
     ORDER BY case_id, number DESC
)
SELECT c.reference, wrong.what
  FROM cases AS c
  LEFT JOIN said ON said.case_id = c.id
  LEFT JOIN leads ON leads.case_id = c.id
 CROSS JOIN LATERAL (VALUES
       (coalesce(said.received, 0) <> 1,
        'was received ' || coalesce(said.received, 0) || ' times'),
       (said.state <> c.state,
        'is ' || c.state || ', but its last event says ' || said.state),
       (said.service <> c.service,
        'is about ' || c.service || ', but was received about ' || said.service),
       (said.received_us <> (extract(epoch FROM c.received_at) * 1000000)::int8,
        'was received at another time than its event says'),
       (said.due_us <> (extract(epoch FROM c.due_at) * 1000000)::int8,
        'is due at another time than its last event says'),
       (leads.unit IS NULL, 'has no leading task'),
       (leads.unit <> c.unit,
        'is led by ' || c.unit || ', but its leading task is for ' || leads.unit),
       (NOT EXISTS (SELECT FROM units AS u WHERE u.code = c.unit),
        'is led by ' || c.unit || ', which is not in the catalogue'),
       (NOT EXISTS (SELECT FROM services AS s WHERE s.code = c.service),
        'is about ' || c.service || ', which is not in the catalogue'))
       AS wrong (is_so, what)
 WHERE c.id > $1::uuid AND c.id <= $2::uuid AND wrong.is_so
 ORDER BY c.id
