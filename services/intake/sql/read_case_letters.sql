-- The letters that were issued in the case with the reference $1, in their order, with their files where
-- they have been made.
SELECT l.id, l.form, l.unit, l.register, l.number, l.issued_at, l.language, f.bytes
  FROM cases AS c
  JOIN letters AS l ON l.case_id = c.id
  LEFT JOIN letter_files AS f ON f.letter = l.id
 WHERE c.reference = $1::text AND l.number IS NOT NULL
 ORDER BY l.issued_seq
