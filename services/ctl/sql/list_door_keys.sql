-- The keys of the door, with times in the zone $1.
SELECT name, to_char(created_at AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI'),
       to_char(revoked_at AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI'), quota,
       array_to_string(origins, ','), webhooks
  FROM door_keys
 ORDER BY name COLLATE "C"
