-- The front ends that are told, local times in the zone $1.
SELECT name, kind, url, CASE cardinality(types) WHEN 0 THEN 'all' ELSE array_to_string(types, ',') END,
       concat_ws(' ', CASE WHEN own THEN 'own' END, nullif(array_to_string(services, ','), ''),
                 nullif(array_to_string(units, ','), '')),
       to_char(created_at AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI')
  FROM webhooks
 WHERE removed_at IS NULL
 ORDER BY name
