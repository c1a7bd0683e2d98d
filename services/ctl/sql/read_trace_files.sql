-- The files of the case $1 in the order in which they came, all of them.
SELECT encode(hash, 'hex') || '.' || type, bytes, given_by, added_at
  FROM attachments
 WHERE case_id = $1::uuid
 ORDER BY seq, number
