-- Those of the hashes $1 that a case has.
SELECT DISTINCT a.hash
  FROM unnest($1::bytea[]) AS k (hash)
  JOIN attachments AS a ON a.hash = k.hash
