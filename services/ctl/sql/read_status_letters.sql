-- Apologies that are owed: cases past their due time, open and running, under a regime that wants
-- one, by the unit that leads. Reads the open tasks alone, as read_status_queues does.
SELECT c.unit, count(*), min(c.due_at), u.name_vi
  FROM tasks AS t
  JOIN cases AS c ON c.id = t.case_id
  JOIN regimes AS r ON r.code = c.regime AND r.valid_from IS NOT DISTINCT FROM c.regime_from
  LEFT JOIN units AS u ON u.code = c.unit
 WHERE t.finished_at IS NULL AND t.role = 'lead' AND r.apology AND c.due_at < now()
   AND c.apologised_at IS NULL AND c.paused_at IS NULL
 GROUP BY c.unit, u.name_vi
 ORDER BY 2 DESC, c.unit COLLATE "C"
