-- The units that are in force on the local day in the zone $1, as a JSON array of codes.
SELECT coalesce(json_agg(code ORDER BY code), '[]')::text
  FROM units
 WHERE coalesce(valid_from, '-infinity') <= (now() AT TIME ZONE $1)::date
   AND coalesce(valid_until, 'infinity') >= (now() AT TIME ZONE $1)::date
