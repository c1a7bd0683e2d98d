-- Attempts that a notifier before us has begun, whose outcome nobody knows: they are made again,
-- under the same ids, from $1 on. Not those of ours ($2) that still go on.
WITH again AS (
    UPDATE deliveries
       SET state = 'waiting', begun_at = NULL, next_at = $1::timestamptz,
           problem = 'the attempt was cut short: its outcome is not known'
     WHERE state = 'sending' AND id <> ALL ($2::uuid[])
    RETURNING id, attempts, problem
), noted AS (
    INSERT INTO delivery_failures (delivery, attempt, at, kind, problem)
    SELECT id, attempts, $1::timestamptz, 'unknown', problem
      FROM again
        ON CONFLICT DO NOTHING
)
SELECT count(*) FROM again
