-- The front ends that are told of events.
SELECT name, id, url, types, sealed FROM webhooks WHERE removed_at IS NULL ORDER BY name LIMIT 64
