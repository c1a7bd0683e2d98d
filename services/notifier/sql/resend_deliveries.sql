-- Has the dead delivery $1 (NULL: all that are dead, at most 10000) tried again from $2 on until
-- $3, under the same ids. How many.
WITH dead AS (
    SELECT id
      FROM deliveries
     WHERE state = 'dead' AND ($1::uuid IS NULL OR id = $1::uuid)
     ORDER BY finished_at
     LIMIT 10000
), again AS (
    UPDATE deliveries AS d
       SET state = 'waiting', next_at = $2::timestamptz, expires_at = $3::timestamptz,
           finished_at = NULL
      FROM dead
     WHERE d.id = dead.id
    RETURNING 1
)
SELECT count(*) FROM again
