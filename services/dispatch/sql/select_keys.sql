-- The workers' keys that are not revoked, if the catalogue's version is not $1
-- any more: at least one row then, of NULLs when there is no key.
SELECT c.version, k.public_key, k.name, k.units
  FROM catalogue AS c
  LEFT JOIN worker_keys AS k ON k.revoked_at IS NULL
 WHERE c.version <> $1::bigint
