-- Nobody can be told: all events that there are count as looked at.
UPDATE notifier_position
   SET seq = last.seq
  FROM (SELECT seq FROM events ORDER BY seq DESC LIMIT 1) AS last
 WHERE last.seq > notifier_position.seq
