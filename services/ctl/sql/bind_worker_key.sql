-- Gives the worker called $2 the key $1 and the units $3, a JSON array, in place of those it had.
UPDATE worker_keys
   SET public_key = $1,
       units = (SELECT array_agg(DISTINCT code ORDER BY code)
                  FROM json_array_elements_text($3::json) AS f (code))
 WHERE name = $2
