-- Lets the holder of a key ($1) called $2 take the tasks of units ($3, a JSON array).
INSERT INTO worker_keys (public_key, name, units)
SELECT $1, $2, array_agg(DISTINCT code ORDER BY code)
  FROM json_array_elements_text($3::json) AS f (code)
