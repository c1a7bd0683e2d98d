-- Which tasks of cases whose ids follow $1 up to $2 are not due when their events say, one row a
-- finding. The leading task is due with its case as long as it is open (find_wrong_tasks.sql), and stays
-- so when it has ended. A part that is due with its case goes along likewise; one with a date of its own
-- keeps it, but that of one that stood with the clock, or was due when the case was and moved, is not told.
-- Keep in step with tracker's verbs_hops.c, verbs_pause.c, verbs_promise.c and moves.c.
WITH told AS MATERIALIZED (
    SELECT seq, case_id, task, type, actor,
           (detail ->> CASE WHEN type IN ('extended', 'due_moved') THEN 'to'
                            ELSE 'due_at' END)::int8 AS due_us,
           CASE WHEN type IN ('extended', 'due_moved') THEN (detail ->> 'from')::int8 END AS from_us,
           type IN ('received', 'info_given', 'resumed', 'extended', 'due_moved', 'reopened') AS dates
      FROM events
     WHERE case_id > $1::uuid AND case_id <= $2::uuid
       AND type IN ('received', 'assigned', 'answered', 'coordinated', 'returned', 'transferred',
                    'cancelled', 'info_given', 'resumed', 'extended', 'due_moved', 'reopened')
), steps AS (
    SELECT case_id, task, min(seq) FILTER (WHERE type IN ('received', 'assigned')) AS opened,
           max(seq) FILTER (WHERE type IN ('answered', 'coordinated', 'returned', 'transferred',
                                           'cancelled')) AS ended
      FROM told
     WHERE task > 0
     GROUP BY case_id, task
), dated AS (
    SELECT s.case_id, s.task, s.opened, max(d.seq) FILTER (WHERE d.seq <= s.opened) AS before,
           max(d.seq) FILTER (WHERE s.ended IS NULL OR d.seq < s.ended) AS within,
           bool_or(d.seq > s.opened AND (s.ended IS NULL OR d.seq < s.ended)
                   AND (d.type IN ('info_given', 'resumed') OR d.from_us = o.due_us)) AS moved
      FROM steps AS s
      JOIN told AS o ON o.seq = s.opened
      JOIN told AS d ON d.case_id = s.case_id AND d.dates
     GROUP BY s.case_id, s.task, s.opened
), due AS (
    SELECT dated.case_id, dated.task, dated.moved, b.due_us AS case_us, w.due_us AS with_case_us,
           CASE WHEN o.actor = 'router' THEN b.due_us ELSE o.due_us END AS own_us
      FROM dated
      JOIN told AS o ON o.seq = dated.opened
      LEFT JOIN told AS b ON b.seq = dated.before
      LEFT JOIN told AS w ON w.seq = dated.within
)
SELECT coalesce(c.reference, t.case_id::text) || ' task ' || t.number,
       'is due at another time than its events say'
  FROM tasks AS t
  JOIN due ON due.case_id = t.case_id AND due.task = t.number
  LEFT JOIN cases AS c ON c.id = t.case_id AND c.id > $1::uuid AND c.id <= $2::uuid
 WHERE t.case_id > $1::uuid AND t.case_id <= $2::uuid
   AND (t.role <> 'lead' OR t.finished_at IS NOT NULL)
   AND (extract(epoch FROM t.due_at) * 1000000)::int8
       <> CASE WHEN t.role = 'lead' OR due.own_us = due.case_us THEN due.with_case_us
               WHEN NOT due.moved THEN due.own_us END
 ORDER BY t.case_id, t.number
