-- The letters of the case with the reference $1, in their order; one row of NULLs when it has none.
SELECT l.id, l.form, l.language, l.unit, l.register, l.number, l.issued_at, f.pages, f.signed_by
  FROM cases AS c
  LEFT JOIN letters AS l ON l.case_id = c.id
  LEFT JOIN letter_files AS f ON f.letter = l.id
 WHERE c.reference = $1::text
 ORDER BY l.drafted_at, l.id
