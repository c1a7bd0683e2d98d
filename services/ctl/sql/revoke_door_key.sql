-- Shuts out the holder of the key called $1.
UPDATE door_keys SET revoked_at = now() WHERE name = $1 AND revoked_at IS NULL RETURNING name
