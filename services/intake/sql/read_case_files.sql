-- The files of the case with the reference $1 that everybody may see; with $2, all that are its
-- citizen's to see. Those of an answer are in the answer.
SELECT encode(a.hash, 'hex') || '.' || a.type AS name, a.bytes, a.width, a.height, a.given_by,
       a.added_at,
       encode(a.hash, 'hex') || '.' || a.type = ANY (coalesce(p.photos, '{}')) AS public,
       a.seq
  FROM cases AS c
  JOIN attachments AS a ON a.case_id = c.id
  LEFT JOIN publications AS p ON p.case_id = c.id
 WHERE c.reference = $1::text
   AND ($2::boolean AND a.given_by IN ('citizen', 'unit')
        OR encode(a.hash, 'hex') || '.' || a.type = ANY (p.photos))
 ORDER BY a.seq, a.number
