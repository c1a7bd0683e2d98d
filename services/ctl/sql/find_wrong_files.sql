-- Which files that came in with the cases whose ids follow $1 up to $2 are not those that the event of it
-- names, one row a finding. What is kept of those that came later is held by no event.
WITH said AS (
    SELECT e.case_id, e.seq, f.name, f.number
      FROM events AS e
     CROSS JOIN json_array_elements_text(e.detail -> 'attachments') WITH ORDINALITY AS f (name, number)
     WHERE e.case_id > $1::uuid AND e.case_id <= $2::uuid AND e.type = 'received'
), kept AS (
    SELECT a.case_id, a.seq, encode(a.hash, 'hex') || '.' || a.type AS name, a.number, a.given_by
      FROM attachments AS a
      JOIN events AS e ON e.case_id = a.case_id AND e.seq = a.seq AND e.type = 'received'
                      AND e.case_id > $1::uuid AND e.case_id <= $2::uuid
     WHERE a.case_id > $1::uuid AND a.case_id <= $2::uuid
)
SELECT coalesce(c.reference, s.case_id::text, k.case_id::text), wrong.what
  FROM said AS s
  FULL JOIN kept AS k ON k.case_id = s.case_id AND k.seq = s.seq AND k.number = s.number
  LEFT JOIN cases AS c ON c.id = coalesce(s.case_id, k.case_id)
 CROSS JOIN LATERAL (VALUES
       (k.name IS NULL, 'came in with the file ' || s.name || ', and does not have it'),
       (k.name IS NOT NULL AND s.name IS DISTINCT FROM k.name,
        'has the file ' || k.name || ', which did not come in with it'),
       (k.given_by <> 'citizen', 'has a file of somebody else that came in with it'))
       AS wrong (is_so, what)
 WHERE wrong.is_so
 ORDER BY 1
