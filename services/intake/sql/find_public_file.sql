-- Whether everybody may see the file with the hash $1 and the type $2: a case shows it.
SELECT 1
  FROM attachments AS a
  JOIN publications AS p ON p.case_id = a.case_id
 WHERE a.hash = $1::bytea AND a.type = $2::text
   AND encode(a.hash, 'hex') || '.' || a.type = ANY (p.photos)
 LIMIT 1
