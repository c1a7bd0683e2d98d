-- Which units have open cases though their last day is past in the zone $1, and of how many they lead, or take
-- part in. Where most tasks are finished, only those in the partial index tasks_open are read.
SELECT t.unit, count(DISTINCT t.case_id), string_agg(DISTINCT s.code, ', ')
  FROM tasks AS t
  JOIN units AS u ON u.code = t.unit AND u.valid_until < (now() AT TIME ZONE $1)::date
  LEFT JOIN LATERAL unnest(u.successors) AS s (code) ON true
 WHERE t.finished_at IS NULL
 GROUP BY t.unit
 ORDER BY t.unit COLLATE "C"
