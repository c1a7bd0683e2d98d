-- What the holder $1 of a key of the door has subscribed to, the oldest first.
SELECT id, kind, url, types, services, units, own, language, jurisdiction, created_at
  FROM webhooks
 WHERE owner = $1::text AND removed_at IS NULL
 ORDER BY id
