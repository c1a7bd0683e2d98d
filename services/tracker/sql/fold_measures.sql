-- Adds the deltas so far to their measures. measures_now is the same before and after.
WITH taken AS (
    DELETE FROM measure_deltas RETURNING day, unit, service, measure, value
)
INSERT INTO measures (day, unit, service, measure, value)
SELECT day, unit, service, measure, sum(value) FROM taken GROUP BY day, unit, service, measure
    ON CONFLICT (day, unit, service, measure)
    DO UPDATE SET value = measures.value + EXCLUDED.value
