-- Deliveries that ended before $1 have been kept long enough: 1000 of them, the oldest first, with
-- what failed on their way. How many.
WITH old AS (
    SELECT id
      FROM deliveries
     WHERE finished_at < $1::timestamptz
     ORDER BY finished_at
     LIMIT 1000
), failures AS (
    DELETE FROM delivery_failures AS f USING old WHERE f.delivery = old.id
), gone AS (
    DELETE FROM deliveries AS d USING old WHERE d.id = old.id RETURNING 1
)
SELECT count(*) FROM gone
