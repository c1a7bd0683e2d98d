-- The file of the letter $2 of the case with the reference $1.
SELECT c.id, encode(f.hash, 'hex') || '.pdf' AS name, l.register, l.number, l.year
  FROM cases AS c
  JOIN letters AS l ON l.case_id = c.id
  JOIN letter_files AS f ON f.letter = l.id
 WHERE c.reference = $1::text AND l.id = $2::uuid AND l.number IS NOT NULL
