-- What happened to the case $1 since $2 (microseconds since 1970), all of it, oldest first. The time keeps
-- older months out.
SELECT e.seq, e.at, e.task, t.unit, e.type, e.actor, e.detail
  FROM events AS e
  LEFT JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task
 WHERE e.case_id = $1::uuid AND e.at >= to_timestamp($2::int8 / 1000000) - interval '1 day'
 ORDER BY e.seq
