-- Adds the deltas so far to their measures and sums. measures_now is the same before and after.
WITH taken AS (
    DELETE FROM measure_deltas RETURNING day, unit, service, measure, value
), kept AS (
    INSERT INTO measures (day, unit, service, measure, value)
    SELECT day, unit, service, measure, sum(value) FROM taken GROUP BY day, unit, service, measure
        ON CONFLICT (day, unit, service, measure)
        DO UPDATE SET value = measures.value + EXCLUDED.value
)
INSERT INTO measure_sums (dimension, day, code, measure, value)
SELECT CASE WHEN unit IS NOT NULL THEN 'unit' WHEN service IS NOT NULL THEN 'service' ELSE 'city' END,
       day, coalesce(unit, service, ''), measure, sum(value)
  FROM taken
 GROUP BY GROUPING SETS ((day, measure), (day, measure, unit), (day, measure, service))
    ON CONFLICT (dimension, day, code, measure)
    DO UPDATE SET value = measure_sums.value + EXCLUDED.value
