-- The letters issued after $1 (a sequence number), the first 100 of them, and which have a file.
SELECT l.id, l.issued_seq, f.letter IS NOT NULL
  FROM letters AS l
  LEFT JOIN letter_files AS f ON f.letter = l.id
 WHERE l.issued_seq > $1::bigint
 ORDER BY l.issued_seq
 LIMIT 100
