-- What is wrong with the counts of days, one row a finding: what is summed for the city, a unit or a service
-- is the sum of what was counted. Keep in step with tracker's fold_measures.sql.
SELECT coalesce(s.dimension, m.dimension) || ' ' || coalesce(s.code, m.code),
       'has ' || coalesce(s.value, 0) || ' ' || coalesce(s.measure, m.measure) || ' on ' ||
       coalesce(s.day, m.day) || ', but ' || coalesce(m.value, 0) || ' were counted'
  FROM measure_sums AS s
  FULL JOIN (SELECT CASE WHEN unit IS NOT NULL THEN 'unit' WHEN service IS NOT NULL THEN 'service'
                         ELSE 'city' END AS dimension,
                    day, coalesce(unit, service, '') AS code, measure, sum(value)::int8 AS value
               FROM measures
              GROUP BY GROUPING SETS ((day, measure), (day, measure, unit), (day, measure, service)))
            AS m
       ON m.dimension = s.dimension AND m.day = s.day AND m.code = s.code AND m.measure = s.measure
 WHERE s.value IS DISTINCT FROM m.value
 ORDER BY 1, 2
