-- Which flags of cases whose ids follow $1 up to $2 have no event of the time at which they were raised,
-- and which of their events no flag. Keep the levels in step with common/deadline.h.
SELECT coalesce(f.case_id, e.case_id)::text || ' task ' || coalesce(f.task, e.task),
       CASE WHEN f.case_id IS NULL THEN 'has the event ' || e.type || ' without its flag'
            ELSE 'has the flag ' || f.level || ' without its event' END
  FROM (SELECT * FROM flags WHERE case_id > $1::uuid AND case_id <= $2::uuid) AS f
  FULL JOIN (SELECT *
               FROM events
              WHERE case_id > $1::uuid AND case_id <= $2::uuid
                AND type IN ('due_soon_half', 'due_soon_day', 'overdue', 'escalated_head',
                             'escalated_city', 'escalated_leader', 'forward', 'accept', 'apology',
                             'update', 'publish', 'summary')) AS e
       ON e.case_id = f.case_id AND e.task = f.task AND e.type = f.level AND e.at = f.raised_at
      AND (e.detail ->> 'moment')::int8 = extract(epoch FROM f.moment) * 1000000
 WHERE f.case_id IS NULL OR e.case_id IS NULL
 ORDER BY 1
