-- The events after number $1 in their order, at most $2, each with what its digest is of: the
-- content of the case, the outcome of the task, or the note that somebody wrote, which may be that of
-- another event (note_of); and the contact of a case that was received. Keep the types in step with tracker's verbs.
SELECT e.seq, e.at, e.case_id, e.task, e.type, e.actor, e.detail, e.hash,
       CASE WHEN e.type = 'received'
            THEN (SELECT c.content FROM contents AS c WHERE c.case_id = e.case_id)
            WHEN e.type IN ('answered', 'coordinated', 'returned')
            THEN (SELECT t.outcome FROM tasks AS t
                   WHERE t.case_id = e.case_id AND t.number = e.task)
            WHEN e.type NOT IN ('accepted', 'cancelled')
            THEN (SELECT n.body FROM notes AS n
                   WHERE n.seq = coalesce((e.detail->>'note_of')::bigint, e.seq))
       END,
       CASE WHEN e.type = 'received'
            THEN (SELECT k.sealed FROM contacts AS k WHERE k.case_id = e.case_id)
       END
  FROM events AS e
 WHERE e.seq > $1::int8
 ORDER BY e.seq
 LIMIT $2::int8
