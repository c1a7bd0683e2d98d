-- What was counted from the day $1 to the day $2, by unit and service; exact at this moment.
SELECT m.unit, m.service, m.measure, sum(m.value)::bigint
  FROM (SELECT unit, service, measure, value
          FROM measures
         WHERE day BETWEEN $1::date AND $2::date
         UNION ALL
        SELECT unit, service, measure, value
          FROM measure_deltas
         WHERE day BETWEEN $1::date AND $2::date) AS m
 WHERE m.measure IN ('received', 'answered', 'answered_on_time', 'apologised', 'apologised_on_time',
                     'rated_1', 'rated_2', 'rated_3', 'rated_4', 'rated_5')
 GROUP BY m.unit, m.service, m.measure
