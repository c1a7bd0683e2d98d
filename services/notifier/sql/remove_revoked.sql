-- Front ends whose key of the door was revoked are told no more, from $1 on; what waits for them is
-- dropped. How many.
WITH gone AS (
    UPDATE webhooks AS w
       SET removed_at = $1::timestamptz
      FROM door_keys AS k
     WHERE k.name = w.owner AND k.revoked_at IS NOT NULL AND w.removed_at IS NULL
    RETURNING w.name
), dropped AS (
    UPDATE deliveries AS d
       SET state = 'dropped', finished_at = $1::timestamptz
      FROM gone
     WHERE d.state = 'waiting' AND d.lane IN ('webhook:' || gone.name, 'georeport:' || gone.name)
)
SELECT count(*) FROM gone
