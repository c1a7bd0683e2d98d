-- The first code of the JSON array $1 that no service of the catalogue has.
SELECT code.value
  FROM json_array_elements_text($1::json) AS code
 WHERE NOT EXISTS (SELECT FROM services AS s WHERE s.code = code.value)
 LIMIT 1
