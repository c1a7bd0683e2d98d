-- The worker's key called $1, whether it is revoked, and whether its units are just those of $2,
-- a JSON array.
SELECT k.public_key, k.revoked_at IS NOT NULL,
       k.units @> asked.units AND k.units <@ asked.units
  FROM worker_keys AS k,
       (SELECT array_agg(code) AS units FROM json_array_elements_text($2::json) AS f (code)) AS asked
 WHERE k.name = $1
