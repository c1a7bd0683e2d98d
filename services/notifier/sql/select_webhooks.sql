-- The front ends that are told. Of who has subscribed itself, as long as its key is in force and may
-- subscribe.
SELECT w.name, w.id, w.kind, w.url, w.owner, w.language, w.jurisdiction, w.own, w.types, w.services,
       w.units, w.sealed, w.sealed_key
  FROM webhooks AS w
  LEFT JOIN door_keys AS k ON k.name = w.owner
 WHERE w.removed_at IS NULL AND (w.owner IS NULL OR (k.revoked_at IS NULL AND k.webhooks > 0))
 ORDER BY w.name
 LIMIT 256
