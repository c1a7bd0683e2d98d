-- The holder of the key called $1 may have $2 webhooks from now on.
UPDATE door_keys SET webhooks = $2::integer WHERE name = $1 AND revoked_at IS NULL RETURNING name
