-- What has happened to the case with the reference $1, oldest first, with the words that citizen and
-- unit have said to each other: of very many steps how it came in, and the newest. That somebody follows it is left
-- out: thousands may. The time keeps older months out. Found by case before anything is put in order: else the
-- planner, who may not sort, walks all events.
WITH steps AS MATERIALIZED (
    SELECT e.seq, e.type, e.at, e.case_id, e.task, e.detail
      FROM cases AS c
      JOIN events AS e ON e.case_id = c.id AND e.at >= c.received_at - interval '1 day'
     WHERE c.reference = $1::text AND e.type NOT IN ('followed', 'follower_noted')
)
SELECT e.type, e.at, t.unit, t.role,
       CASE WHEN e.type = 'info_requested' THEN e.detail ->> 'question'
            WHEN e.type IN ('info_given', 'noted', 'rated', 'reopened', 'withdrawn', 'updated', 'apologised')
            THEN (SELECT n.body ->> 'text' FROM notes AS n
                   WHERE n.seq = coalesce((e.detail ->> 'note_of')::bigint, e.seq)) END AS text,
       CASE WHEN e.type = 'rated' THEN (e.detail ->> 'score')::bigint END AS score,
       e.seq,
       CASE WHEN e.type IN ('extended', 'merged_moved') THEN (e.detail ->> 'to')::bigint
            WHEN e.type = 'apologised' THEN (e.detail ->> 'new_due_at')::bigint END AS due_us,
       e.detail ->> CASE WHEN e.type = 'transferred' THEN 'reason' ELSE 'why' END AS why,
       CASE e.type WHEN 'forwarded_out' THEN e.detail ->> 'to'
                   WHEN 'transferred' THEN e.detail ->> 'unit' END AS passed_to
  FROM steps AS e
  LEFT JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task
 WHERE e.type = 'received' OR e.seq > coalesce((SELECT seq FROM steps ORDER BY seq DESC OFFSET 1000 LIMIT 1), 0)
 ORDER BY e.seq
