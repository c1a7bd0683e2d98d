-- The front end $1 is not told any more.
UPDATE webhooks SET removed_at = now() WHERE name = $1 AND removed_at IS NULL RETURNING name
