-- The front ends that are told of events, local times in the zone $1.
SELECT name, url, CASE cardinality(types) WHEN 0 THEN 'all' ELSE array_to_string(types, ',') END,
       to_char(created_at AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI')
  FROM webhooks
 WHERE removed_at IS NULL
 ORDER BY name
