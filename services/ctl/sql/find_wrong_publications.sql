-- What is wrong with what everybody may read of the cases whose ids follow $1 up to $2, one row a finding: it
-- is what was said when the case was last published. Whether that was changed, the chain tells.
WITH told AS (
    SELECT DISTINCT ON (case_id) case_id, seq, at
      FROM events
     WHERE case_id > $1::uuid AND case_id <= $2::uuid AND type = 'published'
     ORDER BY case_id, seq DESC
), said AS (
    SELECT told.case_id, told.at, n.body
      FROM told
      LEFT JOIN notes AS n ON n.seq = told.seq
), public AS (
    SELECT *
      FROM publications
     WHERE case_id > $1::uuid AND case_id <= $2::uuid
)
SELECT coalesce(c.reference, p.case_id::text, s.case_id::text), wrong.what
  FROM public AS p
  FULL JOIN said AS s ON s.case_id = p.case_id
  LEFT JOIN cases AS c ON c.id = coalesce(p.case_id, s.case_id)
 CROSS JOIN LATERAL (VALUES
       (s.case_id IS NULL, 'can be read by everybody, and was not published'),
       (p.case_id IS NULL, 'was published, and cannot be read by everybody'),
       (p.published_at <> s.at, 'can be read by everybody since another time than its event says'),
       (p.reference <> c.reference, 'can be read by everybody under another reference'),
       (p.case_id IS NOT NULL AND s.body IS NOT NULL
            AND (p.answer IS DISTINCT FROM s.body ->> 'answer'
                 OR p.description IS DISTINCT FROM s.body ->> 'description'
                 OR p.photos <> ARRAY (SELECT json_array_elements_text(s.body -> 'photos'))),
        'can be read by everybody with other words or photos than were published'))
       AS wrong (is_so, what)
 WHERE wrong.is_so
 ORDER BY 1
