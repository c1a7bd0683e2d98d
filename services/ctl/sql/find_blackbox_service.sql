-- The first code of the JSON array $1 whose service is a blackbox: nobody is told of its cases.
SELECT code.value
  FROM json_array_elements_text($1::json) AS code
  JOIN services AS s ON s.code = code.value AND s.open311 = 'blackbox'
 LIMIT 1
