-- The tasks of the 5000 events after $1, as they are now; the event's number comes last. Events
-- of a case as a whole have a row of NULLs, so that the number is told. Some events say something
-- of all tasks of their case: keep them in step with tasks.c.
SELECT t.case_id, t.number, t.reference, t.service, t.unit, t.due_at, t.priority, t.epoch,
       t.kept_back, t.followers, e.seq
  FROM (SELECT seq, case_id, task, type
          FROM events
         WHERE seq > $1::bigint
         ORDER BY seq
         LIMIT 5000) AS e
  LEFT JOIN task_offers AS t
         ON t.case_id = e.case_id
        AND (t.number = e.task
             OR e.type IN ('info_requested', 'info_given', 'suspended', 'resumed', 'extended',
                           'due_moved', 'sent_back'))
 ORDER BY e.seq
