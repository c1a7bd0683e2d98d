-- The files that the cases $1 have.
SELECT a.case_id, a.hash, a.type
  FROM attachments AS a
 WHERE a.case_id = ANY ($1::uuid[])
