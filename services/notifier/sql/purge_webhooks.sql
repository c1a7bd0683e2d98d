-- What front ends have removed themselves before $1 is forgotten. How many.
WITH gone AS (
    DELETE FROM webhooks WHERE owner IS NOT NULL AND removed_at < $1::timestamptz RETURNING 1
)
SELECT count(*) FROM gone
