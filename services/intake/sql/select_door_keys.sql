-- The keys of the door that are in force.
SELECT hash, quota, origins, name, webhooks
  FROM door_keys
 WHERE revoked_at IS NULL
