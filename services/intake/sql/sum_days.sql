-- What the whole city counted on each day from $1 to $2; exact at this moment.
SELECT m.day, m.measure, sum(m.value)::bigint
  FROM (SELECT day, measure, value
          FROM measure_sums
         WHERE dimension = 'city' AND day BETWEEN $1::date AND $2::date
         UNION ALL
        SELECT day, measure, value
          FROM measure_deltas
         WHERE day BETWEEN $1::date AND $2::date) AS m
 WHERE m.measure IN ('received', 'answered', 'answered_on_time', 'merged_answered', 'apologised',
                     'apologised_on_time', 'rated_1', 'rated_2', 'rated_3', 'rated_4', 'rated_5')
 GROUP BY m.day, m.measure
