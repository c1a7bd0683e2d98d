-- Front ends whose key of the door was revoked are told no more, from $1 on; what waits for any that
-- is told no more is dropped: an attempt that was under way may have come back since. How many.
WITH gone AS (
    UPDATE webhooks AS w
       SET removed_at = $1::timestamptz
      FROM door_keys AS k
     WHERE k.name = w.owner AND k.revoked_at IS NOT NULL AND w.removed_at IS NULL
    RETURNING w.name
), silent AS (
    SELECT name FROM gone UNION SELECT name FROM webhooks WHERE removed_at IS NOT NULL
), dropped AS (
    UPDATE deliveries AS d
       SET state = 'dropped', finished_at = $1::timestamptz
      FROM silent
     WHERE d.state = 'waiting' AND d.lane IN ('webhook:' || silent.name, 'georeport:' || silent.name)
)
SELECT count(*) FROM gone
