-- The files of the next $2 letters that are made, behind the letter $1: as list_files.sql has them.
SELECT f.letter, encode(f.hash, 'hex') || '.pdf', f.bytes::bigint, 'letter ' || f.letter
  FROM letter_files AS f
 WHERE f.letter > $1::uuid
 ORDER BY f.letter
 LIMIT $2::bigint
