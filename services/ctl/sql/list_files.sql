-- The files of the next $2 cases that have any, behind the case $1: its name, its size, and whose it is.
SELECT a.case_id, encode(a.hash, 'hex') || '.' || a.type, a.bytes, 'case ' || coalesce(c.reference, a.case_id::text)
  FROM (SELECT DISTINCT case_id
          FROM attachments
         WHERE case_id > $1::uuid
         ORDER BY case_id
         LIMIT $2::bigint) AS next
  JOIN attachments AS a ON a.case_id = next.case_id
  LEFT JOIN cases AS c ON c.id = a.case_id
 ORDER BY a.case_id, a.seq, a.number
