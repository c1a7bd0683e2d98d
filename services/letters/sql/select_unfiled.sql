-- The letters without a file among the 10000 that were issued last before $1 (a sequence number), at
-- most 100, those that were issued last first. The last row has a number alone: from there on all was
-- looked at. No row when nothing was issued before.
WITH span AS MATERIALIZED (
    SELECT id, issued_seq
      FROM letters
     WHERE issued_seq < $1::bigint
     ORDER BY issued_seq DESC
     LIMIT 10000
), unfiled AS MATERIALIZED (
    SELECT s.id, s.issued_seq
      FROM span AS s
     WHERE NOT EXISTS (SELECT FROM letter_files AS f WHERE f.letter = s.id)
     ORDER BY s.issued_seq DESC
     LIMIT 100
)
SELECT id, issued_seq
  FROM unfiled
UNION ALL
SELECT NULL, CASE WHEN (SELECT count(*) FROM unfiled) = 100 THEN (SELECT min(issued_seq) FROM unfiled)
                  ELSE (SELECT min(issued_seq) FROM span) END
 WHERE EXISTS (SELECT FROM span)
 ORDER BY 1 NULLS LAST
