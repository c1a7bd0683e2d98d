-- All keys of workers, local dates in the zone $1.
SELECT name, array_to_string(units, ' '), to_char(created_at AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI'),
       to_char(revoked_at AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI'), public_key
  FROM worker_keys ORDER BY name
