-- What was counted from the day $1 to the day $2, by unit and again by service; exact at this moment.
SELECT m.dimension, m.code, m.measure, sum(m.value)::bigint
  FROM (SELECT dimension, code, measure, value
          FROM measure_sums
         WHERE dimension IN ('unit', 'service') AND day BETWEEN $1::date AND $2::date
         UNION ALL
        SELECT s.dimension, s.code, d.measure, d.value
          FROM measure_deltas AS d
         CROSS JOIN LATERAL (VALUES ('unit', d.unit), ('service', d.service)) AS s (dimension, code)
         WHERE d.day BETWEEN $1::date AND $2::date) AS m
 WHERE m.measure IN ('received', 'answered', 'answered_on_time', 'merged_answered', 'apologised',
                     'apologised_on_time', 'rated_1', 'rated_2', 'rated_3', 'rated_4', 'rated_5')
 GROUP BY m.dimension, m.code, m.measure
